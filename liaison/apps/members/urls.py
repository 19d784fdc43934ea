"""Addresses of the pages of membership."""

from django.urls import path

from liaison.apps.members import views

app_name = "members"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
