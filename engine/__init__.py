"""Runs BPMN and remembers; knows no document, no meeting, no HTTP."""
