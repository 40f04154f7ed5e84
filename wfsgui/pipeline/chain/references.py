"""Download and verification of the reference files of an exposure."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crds.core import config
from crds.core.exceptions import CrdsError
from stdatamodels.jwst.datamodels import JwstDataModel
from stpipe import crds_client
from stpipe.step import get_disable_crds_steppars

from wfsgui.core.crds import sentences
from wfsgui.core.crds.faults import CrdsFaultError
from wfsgui.core.crds.needs import CrdsFile
from wfsgui.core.crds.progress import UNWATCHED, DownloadWatch
from wfsgui.core.files.fits_files import real_path
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
from wfsgui.pipeline.crds.connection import OBSERVATORY, context_in_force
from wfsgui.pipeline.crds.files import crds_file, fault_in_cache, fetch, uses_own_download
from wfsgui.pipeline.crds.rules import ensure_rules
from wfsgui.pipeline.crds.selection import NOT_APPLICABLE, CrdsMetadata, QuickLookUp, selected

__all__ = ["ReferenceFiles", "check_parameter_references", "parameter_types"]

log = logging.getLogger(__name__)

_NAMES_NO_FILE: Final = ("", NOT_APPLICABLE)


def parameter_types() -> dict[str, tuple[str, ...]]:
    """Return the types of the parameter references, with the pipeline or the step that each is for."""
    pipeline = {Image2Pipeline.get_config_reftype(): (Image2Pipeline.class_alias,)}
    return pipeline | {step.get_config_reftype(): (name,) for name, step in Image2Pipeline.step_defs.items()}


def check_parameter_references(model: JwstDataModel) -> None:
    """Download and verify the parameter references of an exposure; see `ReferenceFiles.prepare`."""
    ReferenceFiles(model, UNWATCHED).prepare()


@dataclass(frozen=True)
class ReferenceFiles:
    """The files of CRDS that an exposure needs: they are downloaded into the cache, and verified.

    Parameters
    ----------
    model : JwstDataModel
        The science exposure.
    watch : DownloadWatch
        Who waits for the downloads.
    """

    model: JwstDataModel
    watch: DownloadWatch

    def prepare(self) -> QuickLookUp:
        """Download the rules, and the parameter references; to be called first.

        If a parameter reference is missing or is no ASDF file, stpipe uses default parameters without a message.

        Returns
        -------
        QuickLookUp
            The look-up of references by the context in force.

        Raises
        ------
        CrdsFaultError
            If there is no context, or a file cannot be downloaded or is damaged.
        StoppedError
            If a stop was asked for.
        """
        context = context_in_force()
        look_up = QuickLookUp(context)
        ensure_rules(context, str(self.model.meta.instrument.name), self.watch)
        if get_disable_crds_steppars():
            return look_up
        try:
            names = selected(CrdsMetadata(self.model, context), parameter_types())
        except CrdsError as error:
            # As in stpipe, the parameters are those of the steps then.
            log.warning("The parameter references of CRDS are not used: %s", error)
            return look_up
        self._provide(names.values())
        return look_up

    def fetch(self, pipeline: Image2Pipeline, look_up: QuickLookUp) -> None:
        """Download the reference files of the steps into the cache, as `Pipeline.prefetch` does, and verify them.

        Parameters
        ----------
        pipeline : Image2Pipeline
            The configured pipeline; skipped steps need no references.
        look_up : QuickLookUp
            What `prepare` returned; the steps use it from now on.

        Raises
        ------
        CrdsFaultError
            If CRDS has no file of a type, or a file cannot be downloaded or is damaged.
        CrdsError
            If CRDS fails otherwise.
        StoppedError
            If a stop was asked for.
        """
        overrides = {kind: pipeline.get_ref_override(kind) for kind in pipeline.reference_file_types}
        metadata = CrdsMetadata(self.model, look_up.context)
        names = selected(metadata, (kind for kind, path in overrides.items() if path is None))
        if absent := sorted(kind for kind, name in names.items() if not name):
            raise CrdsFaultError(sentences.no_match(absent, look_up.context))
        if not uses_own_download():
            crds_client.get_multiple_reference_paths(metadata.values(), sorted(names), OBSERVATORY)
        self._provide(names.values())
        self._check_overrides(path for path in overrides.values() if path is not None)
        for name in Image2Pipeline.step_defs:
            look_up.speed_up(getattr(pipeline, name))

    def _provide(self, names: Iterable[str]) -> None:
        """Download what is missing, and verify everything."""
        files = [crds_file(name) for name in sorted(set(names)) if name not in _NAMES_NO_FILE]
        fetch([file for file in files if not file.path.is_file()], self.watch)
        for file in files:
            _check(file)

    def _check_overrides(self, overrides: Iterable[str]) -> None:
        cache = real_path(Path(config.get_crds_refpath(OBSERVATORY)))
        for override in overrides:
            if override.strip() in _NAMES_NO_FILE:
                continue
            path = real_path(Path(override))
            # Any other file belongs to the analyst, and may be an edited copy with the same name.
            is_of_crds = path.is_relative_to(cache)
            _check(crds_file(path.name) if is_of_crds else CrdsFile(path.name, path))


def _check(file: CrdsFile) -> None:
    if not file.path.is_file():
        raise CrdsFaultError(sentences.missing(file.name, can_download=False))
    if (fault := fault_in_cache(file, thorough=True)) is not None:
        raise CrdsFaultError(fault)
