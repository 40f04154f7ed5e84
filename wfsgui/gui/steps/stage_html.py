"""Text of the step panel, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from wfsgui.core.judgement.verdicts import Verdict
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure, Stage, StageState
from wfsgui.core.model.exposure_text import state_text
from wfsgui.core.model.stages import CAL, RATE, title
from wfsgui.gui.actions.action_table import shortcut_of
from wfsgui.gui.widgets.state_colours import state_colour
from wfsgui.gui.widgets.theme import muted_colour

__all__ = ["stage_head", "stage_page"]


def stage_head(exposure: Exposure, stage: str) -> str:
    """Return state, warnings and errors of a stage.

    Parameters
    ----------
    exposure : Exposure
        The exposure.
    stage : str
        One of its stages.

    Returns
    -------
    str
        HTML; text from files is escaped.
    """
    shown = exposure.stages[stage]
    return "".join((_head(exposure, shown), *_failure(exposure, shown)))


def stage_page(exposure: Exposure, stage: str, engine_info: EngineInfo) -> str:
    """Return references, parameters, verdicts and other information about a stage.

    Parameters
    ----------
    exposure : Exposure
        The exposure.
    stage : str
        One of its stages.
    engine_info : EngineInfo
        Has the defaults of the parameters.

    Returns
    -------
    str
        HTML; text from files and from the analyst is escaped.
    """
    shown = exposure.stages[stage]
    parts: list[str] = []
    if stage == RATE:
        parts += _rate(exposure)
    elif stage == CAL:
        parts += _cal(exposure)
    else:
        parts += _step(shown, engine_info)
    parts += _verdicts(exposure, [verdict for verdict in exposure.verdicts if stage in (CAL, verdict.stage)])
    return "".join(parts)


def _head(exposure: Exposure, stage: Stage) -> str:
    count = len(exposure.findings if stage.name == CAL else (*stage.warnings, *stage.doubts))
    warned = count > 0 and stage.state in (StageState.DONE, StageState.WARNED)
    alarmed = StageState.FAILED if stage.alarm else StageState.WARNED
    colour = state_colour(alarmed if warned else stage.state).name()
    elapsed = "" if stage.elapsed is None else f" · {stage.elapsed:.2f} s"
    words = f"done, {count} warning{'s' * (count > 1)}" if warned else stage.state.value
    state = "input" if stage.name == RATE else f"{words}{elapsed}"
    told = "".join(f'<p style="color: {state_colour(alarmed).name()}">{escape(text)}</p>' for text in stage.warnings)
    if stage.reason:
        told += f"<p>{escape(stage.reason)}</p>"
    return f'<h3>{title(stage.name)}</h3><p style="color: {colour}">{state}</p>{told}'


def _failure(exposure: Exposure, stage: Stage) -> Iterable[str]:
    """Yield why the exposure failed, unless the stage has the same reason."""
    if exposure.error and exposure.error != stage.reason:
        colour = state_colour(StageState.FAILED).name()
        yield f'<p style="color: {colour}"><b>The last run failed:</b> {escape(exposure.error)}</p>'


def _rate(exposure: Exposure) -> Iterable[str]:
    info = exposure.product.science.info
    yield _notices(exposure)
    yield _table(
        "Exposure",
        [
            ("detector", f"{info.instrument} {info.detector}"),
            ("filter + pupil", info.optical_elements),
            ("subarray", f"{info.subarray} {info.size}"),
            ("visit type", info.visit_type or "none"),
            ("exposure type", info.exp_type),
            ("target", info.target),
            ("observed", info.date_obs),
            ("program", f"{info.program}, observation {info.observation}, visit {info.visit}"),
            ("unit", info.unit),
        ],
    )
    yield _list("Members", [f"{member.path.name}, found {member.found_by}" for member in exposure.product.members])


def _cal(exposure: Exposure) -> Iterable[str]:
    saved = str(exposure.saved) if exposure.saved else "not yet"
    rows = [("state", state_text(exposure)), ("saved", saved if exposure.result else "there is no result yet")]
    if exposure.context:
        rows.append(("CRDS context", exposure.context))
    image = exposure.stages[CAL].image
    if image is not None:
        rows.append(("unit", image.unit))
    yield _table("Result", rows)
    yield _list("Warnings", exposure.findings)
    yield _notices(exposure)


def _step(stage: Stage, engine_info: EngineInfo) -> Iterable[str]:
    if not stage.state.has_run:
        return
    if stage.image is not None:
        yield _table("", [("unit", stage.image.unit)])
    # The panel of the references tells of each file.
    kinds = ", ".join(escape(reference.type) for reference in stage.references)
    yield f"<p><b>Reference files</b> ({shortcut_of('references')} lists them)<br>{kinds or 'none'}</p>"
    specs = {spec.name: spec for spec in engine_info.parameters.get(stage.name, ())}
    known = [(name, value) for name, value in stage.parameters.items() if not specs or name in specs]
    rows = [
        (
            f"<b>{escape(name)}</b>" if name in specs and not specs[name].is_default(value) else escape(name),
            escape(str(value)),
        )
        for name, value in known
    ]
    yield _rows("Parameters (bold: not the default)", rows)


def _notices(exposure: Exposure) -> str:
    return _list("Notices", exposure.notices)


def _verdicts(exposure: Exposure, verdicts: Sequence[Verdict]) -> Iterable[str]:
    """Yield the verdicts on present results, and those on earlier results."""
    now = [verdict for verdict in verdicts if verdict is exposure.stages[verdict.stage].verdict]
    earlier = [verdict for verdict in verdicts if verdict is not exposure.stages[verdict.stage].verdict]
    yield _list("Your verdicts", [_verdict(verdict) for verdict in now])
    yield _list("Your verdicts on earlier results, not on this one", [_verdict(verdict) for verdict in earlier])


def _verdict(verdict: Verdict) -> str:
    note = f": {verdict.note}" if verdict.note else ""
    return f"{verdict.when[:16].replace('T', ' ')} UTC, {verdict.stage} {verdict.judgement}{note}"


def _list(heading: str, lines: Sequence[str]) -> str:
    items = "<br>".join(escape(line) for line in lines)
    return f"<p><b>{heading}</b><br>{items}</p>" if lines else ""


def _table(heading: str, rows: Sequence[tuple[str, str]]) -> str:
    return _rows(heading, [(escape(name), escape(value)) for name, value in rows])


def _rows(heading: str, rows: Sequence[tuple[str, str]]) -> str:
    """Return a table; the cells are HTML."""
    muted = muted_colour().name()
    cells = "".join(
        f'<tr><td style="color: {muted}; padding-right: 10px">{name}</td><td>{value}</td></tr>' for name, value in rows
    )
    title_line = f"<b>{heading}</b>" if heading else ""
    return f'<p>{title_line}<table cellspacing="2">{cells}</table></p>'
