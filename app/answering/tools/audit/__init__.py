"""The record of tools at work: every call, and every change a customer was asked to confirm."""
