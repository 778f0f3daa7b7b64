"""Imported first by every process of the tests: what takes most of their time and no test is about is done once, or lightly."""

import os
import tempfile

from argon2 import PasswordHasher, profiles
from flask import Flask
from jinja2 import FileSystemBytecodeCache

os.environ["COLUMNS"] = "200"  # before the command line measures its screen

import app.cli
import app.web  # noqa: F401
from workflows.organisation import passwords

_compiled = tempfile.TemporaryDirectory(prefix="banjie-templates-")
Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(_compiled.name)}
passwords.hasher = PasswordHasher.from_parameters(profiles.CHEAPEST)
