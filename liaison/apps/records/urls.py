"""Addresses of the records' pages."""

from django.urls import path

from liaison.apps.records import entry_views, error_views, field_views, restriction_views, views

app_name = "records"

urlpatterns = [
    path("databases/", views.databases, name="databases"),
    path("databases/<slug:kind>/", views.listing, name="list"),
    path("databases/<slug:kind>/about/", views.about, name="about"),
    path("databases/<slug:kind>/enter/", entry_views.enter, name="enter"),
    path("records/<str:reference>/change/", entry_views.change, name="change"),
    path("records/errors/", error_views.listing, name="errors"),
    path("records/errors/<str:reference>/", error_views.show, name="error"),
    path("records/errors/<str:reference>/acknowledge/", error_views.acknowledge, name="error_acknowledge"),
    path("records/errors/<str:reference>/answer/", error_views.answer, name="error_answer"),
    path("records/<str:reference>/report-error/", error_views.report, name="report_error"),
    path("records/restrictions/", restriction_views.listing, name="restrictions"),
    path("records/restrictions/new/", restriction_views.restrict, name="restrict_database"),
    path("records/restrictions/<str:reference>/confirm/", restriction_views.confirm, name="confirm_restriction"),
    path("records/restrictions/<str:reference>/lift/", restriction_views.ask_to_lift, name="ask_to_lift"),
    path("records/restrictions/<str:reference>/decide/", restriction_views.decide_lift, name="decide_lift"),
    path("records/ending/", entry_views.ending, name="ending"),
    path("records/attention/", entry_views.attention, name="attention"),
    path("records/<str:reference>/extend/", entry_views.extend, name="extend"),
    path("records/<str:reference>/restrict-fields/", field_views.restrict_fields, name="restrict_fields"),
    path("records/<str:reference>/restrict/", entry_views.restrict, name="restrict"),
    path("records/<str:reference>/withdraw/", entry_views.withdraw, name="withdraw"),
    path("records/<str:reference>/", views.record, name="record"),
    path("records/<str:reference>/pictures/<int:number>", views.picture, name="picture"),
    path("records/<str:reference>/portrait.png", views.portrait, name="portrait"),
]
