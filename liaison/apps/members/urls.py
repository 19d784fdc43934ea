"""Addresses of the pages of membership."""

from django.urls import path

from liaison.apps.members import body_views, desk_views, group_views, people_views, views

app_name = "members"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("unlock/", views.unlock, name="unlock"),
    path("account/", views.own_account, name="own_account"),
    path("account/password/", views.own_password, name="own_password"),
    path("account/tokens/", views.add_token, name="add_token"),
    path("account/tokens/<uuid:token_id>/end/", views.end_token, name="end_token"),
    path("members/", body_views.members, name="list"),
    path("members/connect/", body_views.connect, name="connect"),
    path("members/admit/", body_views.admit, name="admit"),
    path("members/changes/", body_views.changes, name="changes"),
    path("members/changes/<uuid:change_id>/decide/", body_views.decide, name="decide"),
    path("members/groups/", group_views.listing, name="groups"),
    path("members/groups/propose/", group_views.propose, name="propose_group"),
    path("members/groups/<str:kind>/<str:code>/take-out/", group_views.take_out, name="take_out"),
    path("members/desk/", desk_views.desk, name="desk"),
    path("members/desk/contact/", desk_views.contact, name="contact"),
    path("members/desk/hours/", desk_views.hours, name="hours"),
    path("members/desk/turns/", desk_views.plan, name="plan"),
    path("members/desk/turns/<uuid:turn_id>/drop/", desk_views.drop, name="drop"),
    path("members/desk/deputy/", desk_views.ask_deputy, name="ask_deputy"),
    path("members/desk/deputy/end/", desk_views.end_deputy, name="end_deputy"),
    path("members/people/", people_views.register, name="people"),
    path("members/people/add/", people_views.add, name="add_person"),
    path("members/people/<uuid:user_id>/", people_views.account, name="account"),
    path("members/people/<uuid:user_id>/job/", people_views.job, name="job"),
    path("members/people/<uuid:user_id>/confirm/", people_views.confirm, name="confirm"),
    path("members/people/<uuid:user_id>/leave/", people_views.leave, name="leave"),
    path("members/people/<uuid:user_id>/take-back/", people_views.take_back, name="take_back"),
    path("members/people/<uuid:user_id>/password/", people_views.password, name="password"),
    path("members/people/<uuid:user_id>/tokens/", people_views.token, name="token"),
    path("members/people/<uuid:user_id>/tokens/<uuid:token_id>/end/", people_views.end_token, name="end_their_token"),
    path("members/<str:code>/", body_views.body, name="body"),
    path("members/<str:code>/agreement/", body_views.renew, name="renew"),
    path("members/<str:code>/administrator/", body_views.administrator, name="administrator"),
    path("members/<str:code>/suspend/", body_views.suspend, name="suspend"),
    path("members/<str:code>/resume/", body_views.resume, name="resume"),
    path("members/<str:code>/disconnect/", body_views.disconnect, name="disconnect"),
]
