"""Content of the frozen application; used by ``wfsgui.spec``, the build and the tests."""
