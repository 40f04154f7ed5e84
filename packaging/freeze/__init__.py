"""What the frozen application is made of; used by ``wfsgui.spec``, the build and the tests."""
