"""POST /api/v1/sync and GET /api/v1/health: bring the library in step with its sources, and ask how it is."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from index.upkeep import Upkeep
from index.write_lock import describe_owner, is_held
from ui.api.refusals import RefusedError
from ui.api.service import Service
from ui.api.shapes import FindingGiven, HealthGiven, Problem
from ui.api.sync_status import SyncGiven, SyncWanted, give_sync

_NO_UPKEEP = "This server does not keep the library in step with its sources: run  dateline source sync"
_UNDER_WAY = "A sync is running already: ask  GET /api/v1/sync  how far it is."
_LOCKED = "{owner} is writing to this library: wait until it is done, or stop it, then try again."


def route_upkeep(service: Service) -> APIRouter:
    """The addresses of syncing and health."""
    router = APIRouter(tags=["Library"])

    @router.post(
        "/sync",
        response_model=SyncGiven,
        responses={202: {"model": SyncGiven, "description": "It has begun."}, 409: {"model": Problem}},
    )
    def sync(wanted: SyncWanted) -> Response:
        """Bring the library in step with every source that it knows.

        200 when it is done within `wait_seconds`, else 202 and `GET /sync` says how far it is; 409 when a sync is
        running already, or another process is writing to the library.
        """
        upkeep = _upkeep_of(service)
        _refuse_second_sync(service, upkeep)
        upkeep.request_sync(allow_removal=wanted.allow_removal)
        is_done = upkeep.wait(wanted.wait_seconds)
        given = give_sync(upkeep)
        if is_done and given.problem:
            raise RefusedError(409 if is_held(service.library, "write") else 503, given.problem)
        return JSONResponse(given.model_dump(mode="json"), status_code=200 if is_done else 202)

    @router.get("/sync")
    def sync_status() -> SyncGiven:
        """How far the sync is, and what the latest one did."""
        return give_sync(_upkeep_of(service))

    @router.get("/health")
    def health() -> HealthGiven:
        """What `dateline doctor` says; looking through a large library takes seconds."""
        findings = [FindingGiven.model_validate(finding) for finding in service.examine()]
        return HealthGiven(status="ok" if all(each.is_good for each in findings) else "look", findings=findings)

    return router


def _upkeep_of(service: Service) -> Upkeep:
    if service.dateline.upkeep is None:
        raise RefusedError(503, _NO_UPKEEP)
    return service.dateline.upkeep


def _refuse_second_sync(service: Service, upkeep: Upkeep) -> None:
    state = give_sync(upkeep).state
    if state == "reading":
        raise RefusedError(409, _UNDER_WAY)
    # While vectors are made, this process itself takes the lock for moments.
    if state == "resting" and is_held(service.library, "write"):
        raise RefusedError(409, _LOCKED.format(owner=describe_owner(service.library, "write")))
