"""Tests of the users area of the reference."""
