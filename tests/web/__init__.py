"""Tests of the kit of pages."""
