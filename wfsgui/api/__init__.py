"""Python interface: open exposures, run the steps, look at the frames, try other choices in branches, save.

The same engine as in the window calibrates, in this process; neither Qt nor a window is needed.

Examples
--------
>>> from wfsgui.api import open_product
>>> with open_product("jw00001001001_02101_00001_nrca3_rate.fits") as session:  # doctest: +SKIP
...     exposure = session.exposure
...     exposure.step("flat_field")
...     print(exposure.image("flat_field").sci.mean())
...     exposure.run()
...     exposure.save("results")
"""

from wfsgui.api.exposure import Exposure
from wfsgui.api.session import Session, open_product
from wfsgui.api.told import AlarmWarning, StepWarning, WfsguiWarning
from wfsgui.core.errors import InputDeclinedError, OptionError, WfsguiError

__all__ = [
    "AlarmWarning",
    "Exposure",
    "InputDeclinedError",
    "OptionError",
    "Session",
    "StepWarning",
    "WfsguiError",
    "WfsguiWarning",
    "open_product",
]
