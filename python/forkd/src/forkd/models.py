# Generated from packages/contract by scripts/generate.ts.
"""What the daemon answers with. A field that an answer leaves out is None."""

from __future__ import annotations

from typing import Any, Literal

from .wire import Model


class AuditEntry(Model):
    seq: int
    """Its place; the next has one more."""
    at_unix_ms: int
    stage: Literal["asked", "done", "refused", "opened"]
    """asked: written before anything is done. done: what became of it. refused: whoever asked may not. opened: a daemon began to write."""
    who: str
    """The name of the token; local: whoever may open the unix socket."""
    request_id: str | None
    operation: str
    object: str | None
    """What it is done to: an id, a tag or a name."""
    path: str | None
    """In the guest, where it is about a file."""
    asked: int | None
    """The place of the line with its beginning."""
    code: str | None
    """Of the error; null where there was none."""
    made: list[str]
    """The ids or tags that it gave: children, or what was removed."""
    prev: str
    """Of the line before, as it is in its file, without its end."""

    _names = frozenset(["seq", "at_unix_ms", "stage", "who", "from", "request_id", "operation", "object", "path", "asked", "code", "made", "prev"])


class AuditReportHead(Model):
    seq: int
    sha256: str

    _names = frozenset(["seq", "sha256"])


class AuditReportFault(Model):
    file: str
    line: int
    why: str

    _names = frozenset(["file", "line", "why"])


class AuditReport(Model):
    recording: bool
    """Whether this daemon writes (FORKD_AUDIT)."""
    sound: bool
    """Whether each line follows from the one before."""
    directory: str
    files: int
    entries: int
    first_seq: int | None
    """Above 1 where older files were removed."""
    head: AuditReportHead | None
    """The last line. Noted elsewhere, it shows later that no line up to it was altered."""
    fault: AuditReportFault | None
    """The first that does not fit."""

    _names = frozenset(["recording", "sound", "directory", "files", "entries", "first_seq", "head", "fault"])
    _parts = {"head": "AuditReportHead", "fault": "AuditReportFault"}


class BranchInfoPhases(Model):
    name: str
    ms: float

    _names = frozenset(["name", "ms"])


class BranchInfo(Model):
    tag: str
    id: str | None
    """Null while it is being written."""
    dir: str
    status: Literal["writing", "ready", "failed"]
    bootable: bool
    """Whether it can be forked."""
    warning: str | None
    created_at_unix: int
    parent_id: str | None
    """The snapshot that its layers stand on."""
    branched_from: str
    """The sandbox."""
    pause_ms: float
    """For how long the source's vCPUs stood still."""
    image_id: str | None
    memory_mib: int
    vcpus: int
    physical_bytes: int
    """What its layers take on disk."""
    build_ms: float
    """Boot, warm-up and capture."""
    sandboxes: int
    """How many machines run from it now."""
    job_id: str
    mode: Literal["full", "diff", "live"]
    longest_stall_ms: float
    """The pause or, live, the longest time in which no page was saved meanwhile, if that is more: a guest that waited for one waited about so long."""
    dirty_pages: int
    """Pages of 4 KiB that the source had written itself."""
    bytes_captured: int
    """Memory and disk; 0 while it is still being written."""
    phases: list[BranchInfoPhases]
    """What it took, in order; empty while it is still being written."""
    diff_ms: float | None
    """As pause_ms, for a diff."""
    diff_physical_bytes: int | None
    """What the layer takes on disk."""
    diff_logical_bytes: int | None
    """Dirty pages in bytes."""

    _names = frozenset(["tag", "id", "dir", "status", "bootable", "warning", "created_at_unix", "parent_id", "branched_from", "pause_ms", "image_id", "memory_mib", "vcpus", "physical_bytes", "build_ms", "sandboxes", "job_id", "mode", "longest_stall_ms", "dirty_pages", "bytes_captured", "phases", "diff_ms", "diff_physical_bytes", "diff_logical_bytes"])
    _parts = {"phases": "BranchInfoPhases"}


class CapabilitiesLimits(Model):
    kind: Literal["memory", "CPU", "task"]
    available: bool
    why: str

    _names = frozenset(["kind", "available", "why"])


class Capabilities(Model):
    engine: str
    """The VMM adapter, such as qemu."""
    engine_version: str
    accelerator: Literal["kvm", "tcg"]
    """How guests run: hardware or emulated."""
    accelerator_reason: str
    """The proof that chose the accelerator."""
    machine: str
    cpu_model: str
    memory_limits: bool
    """Whether memory_limit_mib can be put in force."""
    memory_limits_reason: str
    limits: list[CapabilitiesLimits]
    """Which limits can be put in force, by what, or why not; those of disks always can."""
    branch_modes: list[Literal["full", "diff", "live"]]
    branch_concurrency: int
    """How many branches may be under way."""
    option_notes: dict[str, str]
    """Options that are accepted and change nothing here, and why."""
    max_sandboxes: int
    parallelism: int
    """How many children start at once."""
    silent_copies: int
    """Copies of a machine, since the daemon started, that were ended because their agent did not answer. Each of these children was restored instead."""

    _names = frozenset(["engine", "engine_version", "accelerator", "accelerator_reason", "machine", "cpu_model", "memory_limits", "memory_limits_reason", "limits", "branch_modes", "branch_concurrency", "option_notes", "max_sandboxes", "parallelism", "silent_copies"])
    _parts = {"limits": "CapabilitiesLimits"}


class ContextInfo(Model):
    id: str
    """A context's id; the one that is there for good in each language is called as the language."""
    language: Literal["python", "node", "bash"]
    """Python, JavaScript (by Node) or the shell."""
    cwd: str
    """Where it began."""
    state: Literal["absent", "idle", "starting", "ready", "busy", "dead"]
    """absent: the image has no such interpreter; idle: nothing has used it yet."""
    pid: int | None
    """Its pid in the guest."""
    version: str | None

    _names = frozenset(["id", "language", "cwd", "state", "pid", "version"])


class DirectoryReport(Model):
    created: bool
    """False when there was a directory already."""

    _names = frozenset(["created"])


class Doctor(Model):
    checks: list[DoctorCheck]

    _names = frozenset(["checks"])
    _parts = {"checks": "DoctorCheck"}


class DoctorCheck(Model):
    name: str
    status: Literal["pass", "warn", "fail", "skip"]
    detail: str
    """What was found."""
    hint: str | None
    """How to mend it; null when there is nothing to mend."""

    _names = frozenset(["name", "status", "detail", "hint"])


class Empty(Model):

    _names = frozenset([])


class ErrorReply(Model):
    error: str
    """What failed, on which object, with which numbers."""
    code: str
    hint: str
    """What mends it, in the words of the command line."""
    hint_parts: list[str | HintAction | HintOption] | None
    """The hint for clients that say what to call in words of their own; absent where it is but text."""
    details: Any
    request_id: str | None

    _names = frozenset(["error", "code", "hint", "hint_parts", "details", "request_id"])
    _parts = {"hint_parts": "HintAction"}


class EvalEvent(Model):
    type: Literal["start", "stdout", "stderr", "result", "end"]
    text: str | None
    content: RichResult | None
    outcome: EvalResult | None
    """Without what was streamed."""

    _names = frozenset(["type", "text", "content", "outcome"])
    _parts = {"content": "RichResult", "outcome": "EvalResult"}


class EvalResult(Model):
    results: list[RichResult]
    """What the code displayed, its figures, and its value, each in all formats that it has."""
    result: str | None
    """The value as the language writes it (repr, inspect)."""
    result_json: str | None
    """The value as JSON, when it can be."""
    stdout: str
    stderr: str
    error: str | None
    error_name: str | None
    error_value: str | None
    """What the error says, without its name."""
    traceback: str | None
    exit_code: int
    """0, or 1 when there is an error; of a shell, the status of the code."""
    timed_out: bool
    truncated: bool
    execution_count: int | None
    """How many calls the context has had since its start; null of an older agent."""
    duration_ms: float

    _names = frozenset(["results", "result", "result_json", "stdout", "stderr", "error", "error_name", "error_value", "traceback", "exit_code", "timed_out", "truncated", "execution_count", "duration_ms"])
    _parts = {"results": "RichResult"}


class EventLine(Model):
    type: Literal["stream.opened", "sandbox.forked", "sandbox.ready", "sandbox.context_ended", "sandbox.adopted", "sandbox.unmanaged", "sandbox.died", "sandbox.expired", "sandbox.updated", "sandbox.paused", "sandbox.suspended", "sandbox.resumed", "sandbox.killed", "token.created", "token.revoked", "webhook.created", "webhook.removed", "snapshot.created", "snapshot.branched", "snapshot.compacted", "snapshot.packed", "snapshot.pushed", "snapshot.pulled", "snapshot.removed", "image.built", "image.removed", "garbage.collected", "zygote.failed", "zygote.copy_silent", "job.started", "job.progress", "job.done", "job.failed", "job.cancelled"]
    cursor: str
    is_whole: bool | None
    """False when events after the cursor that was given are no longer kept."""
    at_unix_ms: int | None
    caller: str | None
    """Who asked for it; null when it came about by itself."""
    snapshot_tag: str | None
    snapshot_id: str | None
    """A snapshot id."""
    ids: list[str] | None
    wall_ms: float | None
    """From the request until all of them were ready."""
    id: str | None
    restore_ms: float | None
    ready_ms: float | None
    context: str | None
    why: str | None
    reason: Literal["timeout", "idle", "asked", "needed"] | None
    name: str | None
    changed: list[str] | None
    """The fields that were changed."""
    scope: Literal["read", "use", "admin"] | None
    """read: look. use: work with sandboxes and snapshots too. admin: the daemon and its host too."""
    webhook: str | None
    url: str | None
    tag: str | None
    build_ms: float | None
    sandbox_id: str | None
    """A sandbox id."""
    mode: Literal["full", "diff", "live"] | None
    pause_ms: float | None
    path: str | None
    digest: str | None
    reference: str | None
    source: str | None
    cached: bool | None
    removed: int | None
    bytes: int | None
    total: int | None
    """How many that makes since the daemon started."""
    job: Job | None

    _names = frozenset(["type", "cursor", "is_whole", "at_unix_ms", "caller", "snapshot_tag", "snapshot_id", "from", "ids", "wall_ms", "id", "restore_ms", "ready_ms", "context", "why", "reason", "name", "changed", "scope", "webhook", "url", "tag", "build_ms", "sandbox_id", "mode", "pause_ms", "path", "digest", "reference", "source", "cached", "removed", "bytes", "total", "job"])
    _parts = {"job": "Job"}


class ExecEvent(Model):
    type: Literal["start", "stdout", "stderr", "exit", "more"]
    pid: int | None
    dropped: int | None
    """Bytes before this that are lost."""
    offset: int | None
    data: str | None
    exit_code: int | None
    signal: str | None
    timed_out: bool | None
    duration_ms: float | None

    _names = frozenset(["type", "pid", "dropped", "offset", "data", "exit_code", "signal", "timed_out", "duration_ms"])


class ExecResult(Model):
    stdout: str
    stderr: str
    exit_code: int
    """The status; 128 + the signal's number if one ended it."""
    signal: str | None
    timed_out: bool
    truncated: bool
    running: bool
    """It was detached, and goes on: only pid says something then. See GET …/processes."""
    pid: int
    duration_ms: float
    next_offset: int | None
    """Where the rest of a lossless command's output is asked for; null when there is no more."""

    _names = frozenset(["stdout", "stderr", "exit_code", "signal", "timed_out", "truncated", "running", "pid", "duration_ms", "next_offset"])


class FileChange(Model):
    type: Literal["opened", "overflow", "create", "write", "remove", "chmod", "rename"]
    name: str | None
    to: str | None
    """Its new name, below the watched directory."""

    _names = frozenset(["type", "name", "to"])


class FileInfo(Model):
    name: str
    """The last part of the path."""
    path: str
    """What could not be read as UTF-8 is U+FFFD."""
    type: Literal["file", "dir", "symlink", "fifo", "socket", "char_device", "block_device"]
    size: int
    """In bytes."""
    mode: str
    """Octal permission bits."""
    uid: int
    gid: int
    owner: str
    """The user's name, or the number where it has none."""
    group: str
    modified_at_unix_ms: int
    symlink_target: str | None
    """Where a link leads to."""
    metadata: dict[str, str]
    """What was noted of a file or a directory: its extended attributes `user.e2b.KEY`. At most 4096 bytes."""

    _names = frozenset(["name", "path", "type", "size", "mode", "uid", "gid", "owner", "group", "modified_at_unix_ms", "symlink_target", "metadata"])


class ForkdEvent(Model):
    type: Literal["sandbox.forked", "sandbox.ready", "sandbox.context_ended", "sandbox.adopted", "sandbox.unmanaged", "sandbox.died", "sandbox.expired", "sandbox.updated", "sandbox.paused", "sandbox.suspended", "sandbox.resumed", "sandbox.killed", "token.created", "token.revoked", "webhook.created", "webhook.removed", "snapshot.created", "snapshot.branched", "snapshot.compacted", "snapshot.packed", "snapshot.pushed", "snapshot.pulled", "snapshot.removed", "image.built", "image.removed", "garbage.collected", "zygote.failed", "zygote.copy_silent", "job.started", "job.progress", "job.done", "job.failed", "job.cancelled"]
    cursor: str
    """Where it stands in the stream; later ones come `after` it."""
    at_unix_ms: int
    caller: str | None
    """Who asked for it; null when it came about by itself."""
    snapshot_tag: str | None
    snapshot_id: str | None
    """A snapshot id."""
    ids: list[str] | None
    wall_ms: float | None
    """From the request until all of them were ready."""
    id: str | None
    restore_ms: float | None
    ready_ms: float | None
    context: str | None
    why: str | None
    reason: Literal["timeout", "idle", "asked", "needed"] | None
    name: str | None
    changed: list[str] | None
    """The fields that were changed."""
    scope: Literal["read", "use", "admin"] | None
    """read: look. use: work with sandboxes and snapshots too. admin: the daemon and its host too."""
    webhook: str | None
    url: str | None
    tag: str | None
    build_ms: float | None
    sandbox_id: str | None
    """A sandbox id."""
    mode: Literal["full", "diff", "live"] | None
    pause_ms: float | None
    path: str | None
    digest: str | None
    reference: str | None
    source: str | None
    cached: bool | None
    removed: int | None
    bytes: int | None
    total: int | None
    """How many that makes since the daemon started."""
    job: Job | None

    _names = frozenset(["type", "cursor", "at_unix_ms", "caller", "snapshot_tag", "snapshot_id", "from", "ids", "wall_ms", "id", "restore_ms", "ready_ms", "context", "why", "reason", "name", "changed", "scope", "webhook", "url", "tag", "build_ms", "sandbox_id", "mode", "pause_ms", "path", "digest", "reference", "source", "cached", "removed", "bytes", "total", "job"])
    _parts = {"job": "Job"}


class GarbageReportRemoved(Model):
    kind: Literal["hot", "snapshot", "draft", "image"]
    name: str
    bytes: int

    _names = frozenset(["kind", "name", "bytes"])


class GarbageReport(Model):
    dry_run: bool
    removed: list[GarbageReportRemoved]
    bytes: int

    _names = frozenset(["dry_run", "removed", "bytes"])
    _parts = {"removed": "GarbageReportRemoved"}


class GuestTask(Model):
    pid: int
    ppid: int
    user: str
    state: str
    """As proc(5) has it: R, S, D, Z, …"""
    cpu_ms: int
    """CPU time since it began."""
    resident_bytes: int
    command: str
    """Its arguments, or its name in brackets; cut."""

    _names = frozenset(["pid", "ppid", "user", "state", "cpu_ms", "resident_bytes", "command"])


class GuestTasks(Model):
    """The processes of a guest, but those of its kernel."""

    total: int
    """How many there are, of which the busiest 1024 are listed."""
    tasks: list[GuestTask]

    _names = frozenset(["total", "tasks"])
    _parts = {"tasks": "GuestTask"}


class GuestUsage(Model):
    """What a guest uses, as it says itself."""

    memory_total_bytes: int
    memory_used_bytes: int
    """What programs could not have, caches not counted."""
    disk_total_bytes: int
    disk_used_bytes: int
    """Of the root file system."""
    network_received_bytes: int | None
    """By all its interfaces but the loopback, since the machine booted that its snapshot is of; null of an older guest."""
    network_sent_bytes: int | None
    processes: int
    """Without the kernel's own."""

    _names = frozenset(["memory_total_bytes", "memory_used_bytes", "disk_total_bytes", "disk_used_bytes", "network_received_bytes", "network_sent_bytes", "processes"])


class Health(Model):
    ok: Literal[True]

    _names = frozenset(["ok"])


class HintAction(Model):
    """An operation to call."""

    operation: str
    """The operation."""
    args: dict[str, str | float | bool | list[str] | None]
    """Some of its arguments, by name; null is for the reader to choose."""

    _names = frozenset(["operation", "args"])


class HintOption(Model):
    """An argument of an operation, named."""

    operation: str
    """The operation."""
    option: str
    """The argument's name; `warm.kind` is one of an argument's fields."""
    value: str | float | bool | list[str] | None
    """What it should be."""

    _names = frozenset(["operation", "option", "value"])


class ImageInfo(Model):
    id: str
    """The SHA-256 of the image's bytes."""
    names: list[str]
    recipe: ImageRecipe
    size_bytes: int
    """The size of the file system."""
    physical_bytes: int
    """What it takes on the host's disk."""
    created_at_unix: int
    cached: bool
    """Whether it was there already when it was asked for."""

    _names = frozenset(["id", "names", "recipe", "size_bytes", "physical_bytes", "created_at_unix", "cached"])
    _parts = {"recipe": "ImageRecipe"}


class ImageRecipeFiles(Model):
    path: str
    """An absolute path inside of the guest."""
    content_base64: str
    """The content in base 64."""
    mode: str
    """Octal permission bits."""

    _names = frozenset(["path", "content_base64", "mode"])


class ImageRecipe(Model):
    suite: str
    """The Debian suite."""
    packages: list[str]
    """Debian packages, with what they depend on."""
    files: list[ImageRecipeFiles]
    """Extra files."""
    script: str | None
    """A shell script that runs inside of the new root, as its root user."""
    size_mib: int
    """The size of the file system in MiB; unused blocks take no space."""

    _names = frozenset(["suite", "packages", "files", "script", "size_mib"])
    _parts = {"files": "ImageRecipeFiles"}


class InterruptReport(Model):
    interrupted: bool
    """False when nothing ran in it."""

    _names = frozenset(["interrupted"])


class JobProgress(Model):
    step: str
    """A stable name of the step."""
    message: str
    """What is going on, for people."""
    done: float | None
    total: float | None

    _names = frozenset(["step", "message", "done", "total"])


class Job(Model):
    id: str
    """A job id."""
    kind: str
    """The operation."""
    subject: str
    """What it works on: a tag, an image or a sandbox."""
    status: Literal["running", "done", "failed", "cancelled"]
    started_at_unix: int
    ended_at_unix: int | None
    progress: JobProgress | None
    error: ErrorReply | None

    _names = frozenset(["id", "kind", "subject", "status", "started_at_unix", "ended_at_unix", "progress", "error"])
    _parts = {"progress": "JobProgress", "error": "ErrorReply"}


class KillReport(Model):
    killed: list[str]

    _names = frozenset(["killed"])


class NetnsInfo(Model):
    name: str
    """Of the network namespace, as `ip netns` has it."""
    sandbox_id: str | None
    """Whose it is; null while it waits for one."""

    _names = frozenset(["name", "sandbox_id"])


class NetworkInfo(Model):
    mode: Literal["none", "user", "netns"]
    """none: no network; ports can be reached all the same. user: one that needs no root. netns: a network namespace of its own."""
    egress: Literal["deny", "allow"] | list[str]
    """What the guest may reach. deny: nothing. allow: what is public. Or a list; what is private, or the host's own, only where its addresses are named as such. A list with names has no other name resolved."""
    link: str | None
    """The group that it is linked to."""

    _names = frozenset(["mode", "egress", "link"])


class NewToken(Model):
    name: str
    scope: Literal["read", "use", "admin"]
    """read: look. use: work with sandboxes and snapshots too. admin: the daemon and its host too."""
    created_at_unix: int
    expires_at_unix: int | None
    tenant: str | None
    token: str
    """The secret. It is told this once, and kept nowhere."""

    _names = frozenset(["name", "scope", "created_at_unix", "expires_at_unix", "tenant", "token"])


class NewWebhook(Model):
    id: str
    url: str
    events: list[str]
    allow_private: bool
    created_at_unix: int
    waiting: int
    """Events that are to be sent."""
    delivered: int
    """Since the daemon started, as are the next two."""
    failed: int
    """Events that were given up after the last try."""
    dropped: int
    """Events for which there was no room."""
    last_error: str | None
    """Why the last try failed; null where it did not."""
    secret: str
    """What events are signed with. It is told this once."""

    _names = frozenset(["id", "url", "events", "allow_private", "created_at_unix", "waiting", "delivered", "failed", "dropped", "last_error", "secret"])


class PackInfo(Model):
    tag: str
    id: str
    """A snapshot id."""
    path: str
    digest: str
    """Of the pack's manifest: sha256:…"""
    links: int
    """Snapshots in it."""
    logical_bytes: int
    packed_bytes: int

    _names = frozenset(["tag", "id", "path", "digest", "links", "logical_bytes", "packed_bytes"])


class PingInterpretersPython(Model):
    state: Literal["absent", "idle", "starting", "ready", "busy", "dead"]
    pid: int | None
    version: str | None

    _names = frozenset(["state", "pid", "version"])


class PingInterpretersNode(Model):
    state: Literal["absent", "idle", "starting", "ready", "busy", "dead"]
    pid: int | None
    version: str | None

    _names = frozenset(["state", "pid", "version"])


class PingInterpreters(Model):
    python: PingInterpretersPython
    node: PingInterpretersNode

    _names = frozenset(["python", "node"])
    _parts = {"python": "PingInterpretersPython", "node": "PingInterpretersNode"}


class Ping(Model):
    pong: Literal[True]
    pid: int
    """The agent's pid in the guest."""
    agent_version: str
    uptime_ms: float
    clock_offset_ms: float
    """The guest's wall clock less the host's."""
    interpreters: PingInterpreters
    round_trip_ms: float

    _names = frozenset(["pong", "pid", "agent_version", "uptime_ms", "clock_offset_ms", "interpreters", "round_trip_ms"])
    _parts = {"interpreters": "PingInterpreters"}


class PortInfo(Model):
    port: int
    address: str
    """What it is bound to. Ports of other addresses than the loopback's cannot be reached."""
    pid: int | None
    """The guest's process that listens, if it was found."""
    command: str | None
    """Its name."""
    host_port: int | None
    """The port of the host's loopback that leads there, where it is published."""

    _names = frozenset(["port", "address", "pid", "command", "host_port"])


class ProcessExit(Model):
    exit_code: int
    """The status; 128 + the signal's number if one ended it."""
    signal: str | None
    timed_out: bool
    duration_ms: float

    _names = frozenset(["exit_code", "signal", "timed_out", "duration_ms"])


class ProcessInfo(Model):
    """A command that exec started. What an older agent does not tell is null."""

    pid: int
    args: list[str]
    running: bool
    exit_code: int | None
    signal: str | None
    started_at_unix_ms: int | None
    user: str | None
    cwd: str | None
    """Where it was to begin."""
    pty: bool | None
    """Whether it is on a terminal."""
    lossless: bool | None
    output_bytes: int | None
    """What it has written to stdout and stderr together."""

    _names = frozenset(["pid", "args", "running", "exit_code", "signal", "started_at_unix_ms", "user", "cwd", "pty", "lossless", "output_bytes"])


class Progress(Model):
    type: Literal["progress"]
    step: str
    """A stable name of the step."""
    message: str
    """What is going on, for people."""
    done: float | None
    total: float | None

    _names = frozenset(["type", "step", "message", "done", "total"])


class ProgressEvent(Model):
    type: Literal["progress", "result", "error"]
    step: str | None
    """A stable name of the step."""
    message: str | None
    """What is going on, for people."""
    done: float | None
    total: float | None
    result: Any
    status: int | None
    error: ErrorReply | None

    _names = frozenset(["type", "step", "message", "done", "total", "result", "status", "error"])
    _parts = {"error": "ErrorReply"}


class PublishedPort(Model):
    port: int
    host_port: int
    """On 127.0.0.1."""

    _names = frozenset(["port", "host_port"])


class PullInfo(Model):
    tag: str
    id: str
    """A snapshot id."""
    source: str
    digest: str
    """Of the pack's manifest, as it was packed or pushed: sha256:…"""
    links: int
    signed_by: str | None
    """The file or the name of the key that signed it."""
    bytes_received: int

    _names = frozenset(["tag", "id", "source", "digest", "links", "signed_by", "bytes_received"])


class PushInfo(Model):
    destination: str
    digest: str
    """Of the pack's manifest, as in a file: sha256:…"""
    reference: str
    """Pulls just this, whatever becomes of the tag: oci://registry/name@sha256:…"""
    blobs: int
    blobs_sent: int
    """Those that the registry lacked."""
    bytes_sent: int

    _names = frozenset(["destination", "digest", "reference", "blobs", "blobs_sent", "bytes_sent"])


class RichResult(Model):
    is_main_result: bool
    """It is the value of the code; others were displayed."""
    text: str | None
    """As the language writes it (repr, inspect)."""
    html: str | None
    """A table of pandas is one in HTML."""
    markdown: str | None
    """Markdown."""
    svg: str | None
    """A drawing."""
    png: str | None
    """An image; figures of matplotlib are, in base 64."""
    jpeg: str | None
    """An image, in base 64."""
    pdf: str | None
    """A document, in base 64."""
    latex: str | None
    """LaTeX."""
    javascript: str | None
    """JavaScript."""
    json: Any
    """The value as JSON, when it can be."""
    data: Any
    """The columns of a table of pandas by their names."""
    chart: Any
    """What a figure of matplotlib shows, as data: type, title, elements and axes, as E2B's clients read it."""
    extra: dict[str, str]
    """What has no field here, by MIME type."""
    truncated: bool
    """A format was left out since it was too long."""

    _names = frozenset(["is_main_result", "text", "html", "markdown", "svg", "png", "jpeg", "pdf", "latex", "javascript", "json", "data", "chart", "extra", "truncated"])


class SandboxInfoDied(Model):
    at_unix: int
    why: str
    console: list[str]

    _names = frozenset(["at_unix", "why", "console"])


class SandboxInfo(Model):
    id: str
    """A sandbox id."""
    name: str | None
    labels: dict[str, str]
    snapshot_tag: str
    snapshot_id: str | None
    """Null for an unmanaged machine whose record is damaged."""
    status: Literal["running", "paused", "suspended", "dead", "adopting", "unmanaged"]
    """paused: its vCPUs stand still, its memory is kept. suspended: it is on disk, and has no process. adopting: a new daemon is taking it over. unmanaged: the daemon cannot control it."""
    child_index: int
    hostname: str
    pid: int | None
    """The VMM's process on the host."""
    network: NetworkInfo
    netns: str | None
    """The name of its network namespace, in that mode."""
    guest_addr: str | None
    """Where this host reaches the guest, in mode netns while it has a process."""
    link_addr: str | None
    """Where the members of its group reach it, while it has a process."""
    published_ports: list[PublishedPort]
    """Ports of its guest that are ports of the host's loopback."""
    created_at_unix: int
    expires_at_unix: int | None
    on_timeout: Literal["kill", "pause", "suspend"]
    """kill: end it. pause: let it stand still, with its memory. suspend: put it on disk."""
    idle_timeout_secs: float | None
    on_idle: Literal["kill", "pause", "suspend"]
    """kill: end it. pause: let it stand still, with its memory. suspend: put it on disk."""
    memory_mib: int
    memory_limit_mib: int | None
    """A hard limit for guest and VMM together, at least the guest's memory. One that leaves the VMM less than 64 MiB is raised to that; the answer tells it. The fork fails if it cannot be put in force."""
    swap_limit_mib: int | None
    """How much of its memory may be swapped out beside its memory limit; null: none of it."""
    cpu_limit: float | None
    """How many CPUs' time it may take, such as 0.5."""
    task_limit: int | None
    """How many threads and processes its VMM may have."""
    disk_read_bytes_per_sec: int | None
    """How much its guest may read of its disk in a second."""
    disk_write_bytes_per_sec: int | None
    """How much its guest may write to its disk in a second."""
    disk_read_ops_per_sec: int | None
    """How often its guest may read of its disk in a second."""
    disk_write_ops_per_sec: int | None
    """How often its guest may write to its disk in a second."""
    vcpus: int
    restore_ms: float
    """From the VMM's start until the guest's vCPUs ran."""
    ready_ms: float
    """From the VMM's start until the fork contract held."""
    live_fork: bool
    """Whether it can be branched live."""
    public_ports: bool
    """Whether its ports can be reached without a token."""
    auto_resume: bool
    """Whether a request that needs its guest resumes it."""
    has_branched: bool
    branch_count: int
    last_branch_memory_path: str | None
    died: SandboxInfoDied | None
    """Why and when a dead machine died, with its last console lines."""
    unmanaged_why: str | None
    """Why an unmanaged machine could not be taken over."""

    _names = frozenset(["id", "name", "labels", "snapshot_tag", "snapshot_id", "status", "child_index", "hostname", "pid", "network", "netns", "guest_addr", "link_addr", "published_ports", "created_at_unix", "expires_at_unix", "on_timeout", "idle_timeout_secs", "on_idle", "memory_mib", "memory_limit_mib", "swap_limit_mib", "cpu_limit", "task_limit", "disk_read_bytes_per_sec", "disk_write_bytes_per_sec", "disk_read_ops_per_sec", "disk_write_ops_per_sec", "vcpus", "restore_ms", "ready_ms", "live_fork", "public_ports", "auto_resume", "has_branched", "branch_count", "last_branch_memory_path", "died", "unmanaged_why"])
    _parts = {"network": "NetworkInfo", "published_ports": "PublishedPort", "died": "SandboxInfoDied"}


class SandboxMetrics(Model):
    id: str
    """A sandbox id."""
    name: str | None
    status: Literal["running", "paused", "suspended", "dead", "adopting", "unmanaged"]
    """paused: its vCPUs stand still, its memory is kept. suspended: it is on disk, and has no process. adopting: a new daemon is taking it over. unmanaged: the daemon cannot control it."""
    vcpus: int
    memory_mib: int
    memory_limit_mib: int | None
    now: UsageSample
    guest: GuestUsage | None
    guest_why: str | None
    """Why the guest that was asked said nothing."""
    history: list[UsageSample]
    """The oldest first: one each 30 s, of the last two hours or of this daemon's."""

    _names = frozenset(["id", "name", "status", "vcpus", "memory_mib", "memory_limit_mib", "now", "guest", "guest_why", "history"])
    _parts = {"now": "UsageSample", "guest": "GuestUsage", "history": "UsageSample"}


class SignedUrl(Model):
    url: str
    """Path and query, for any client that reaches this daemon."""
    method: Literal["GET", "PUT"]
    signature: str
    expires_at_unix: int

    _names = frozenset(["url", "method", "signature", "expires_at_unix"])


class SnapshotDetail(Model):
    tag: str
    id: str
    """A snapshot id."""
    dir: str
    created_at_unix: int
    memory_logical_bytes: int
    memory_physical_bytes: int
    """What its own memory layer takes on disk."""
    vmstate_bytes: int
    """The state of CPUs and devices."""
    disk_bytes: int
    """Its own overlays."""
    hot_bytes: int
    """What its assembled memory takes; 0 when there is none."""
    parent_tag: str | None
    """A tag, or an id where the tag is gone."""
    parent_content_hash: str | None
    chain_depth: int
    """1 for a snapshot that stands alone."""
    ancestors: list[str]
    """The one that stands alone first."""
    dependents: list[str]

    _names = frozenset(["tag", "id", "dir", "created_at_unix", "memory_logical_bytes", "memory_physical_bytes", "vmstate_bytes", "disk_bytes", "hot_bytes", "parent_tag", "parent_content_hash", "chain_depth", "ancestors", "dependents"])


class SnapshotInfo(Model):
    tag: str
    id: str | None
    """Null while it is being written."""
    dir: str
    status: Literal["writing", "ready", "failed"]
    bootable: bool
    """Whether it can be forked."""
    warning: str | None
    created_at_unix: int
    parent_id: str | None
    """The snapshot that its layers stand on."""
    branched_from: str | None
    """The sandbox that it was taken of."""
    pause_ms: float | None
    """For how long that sandbox stood still."""
    image_id: str | None
    memory_mib: int
    vcpus: int
    physical_bytes: int
    """What its layers take on disk."""
    build_ms: float
    """Boot, warm-up and capture."""
    sandboxes: int
    """How many machines run from it now."""

    _names = frozenset(["tag", "id", "dir", "status", "bootable", "warning", "created_at_unix", "parent_id", "branched_from", "pause_ms", "image_id", "memory_mib", "vcpus", "physical_bytes", "build_ms", "sandboxes"])


class SnapshotRemoval(Model):
    removed: list[str]
    """The tags that are gone: that of the snapshot, and with cascade those of all that stood on it."""

    _names = frozenset(["removed"])


class StopReport(Model):
    suspended: list[str]
    """The machines that were suspended for it."""

    _names = frozenset(["suspended"])


class TenantInfoQuota(Model):
    sandboxes: int | None
    """Sandboxes that are not dead, those on disk among them. Null: no limit."""
    memory_mib: int | None
    """What the guests that have a process see as their memory, in MiB. Null: no limit."""
    disk_mib: int | None
    """What its sandboxes have written and its snapshots take, in MiB. Null: no limit."""
    branches_per_minute: int | None
    """Branches and forks of running sandboxes in any 60 seconds. Null: no limit."""

    _names = frozenset(["sandboxes", "memory_mib", "disk_mib", "branches_per_minute"])


class TenantInfoUsed(Model):
    sandboxes: float
    memory_mib: float
    disk_mib: float
    branches_per_minute: float

    _names = frozenset(["sandboxes", "memory_mib", "disk_mib", "branches_per_minute"])


class TenantInfo(Model):
    name: str
    quota: TenantInfoQuota
    used: TenantInfoUsed

    _names = frozenset(["name", "quota", "used"])
    _parts = {"quota": "TenantInfoQuota", "used": "TenantInfoUsed"}


class TokenInfo(Model):
    name: str
    scope: Literal["read", "use", "admin"]
    """read: look. use: work with sandboxes and snapshots too. admin: the daemon and its host too."""
    created_at_unix: int
    expires_at_unix: int | None
    tenant: str | None

    _names = frozenset(["name", "scope", "created_at_unix", "expires_at_unix", "tenant"])


class TreeSnapshots(Model):
    id: str
    """A snapshot id."""
    tag: str | None
    """The first of its tags; null when it has none."""
    tags: list[str]
    """All that point to it, in alphabetical order."""
    parent_id: str | None
    image_id: str
    """The SHA-256 of the image's bytes."""
    branched_from: str | None
    memory_kind: Literal["full", "diff"]
    memory_mib: int
    physical_bytes: int
    """Its own layers on disk; all else is shared."""
    created_at_unix: int

    _names = frozenset(["id", "tag", "tags", "parent_id", "image_id", "branched_from", "memory_kind", "memory_mib", "physical_bytes", "created_at_unix"])


class TreeSandboxes(Model):
    id: str
    """A sandbox id."""
    snapshot_id: str
    """A snapshot id."""
    status: Literal["running", "paused", "suspended", "dead", "adopting", "unmanaged"]
    """paused: its vCPUs stand still, its memory is kept. suspended: it is on disk, and has no process. adopting: a new daemon is taking it over. unmanaged: the daemon cannot control it."""
    created_at_unix: int
    private_bytes: int | None
    """Guest memory that it does not share with its snapshot; null for one that is dead or not managed."""

    _names = frozenset(["id", "snapshot_id", "status", "created_at_unix", "private_bytes"])


class Tree(Model):
    snapshots: list[TreeSnapshots]
    sandboxes: list[TreeSandboxes]

    _names = frozenset(["snapshots", "sandboxes"])
    _parts = {"snapshots": "TreeSnapshots", "sandboxes": "TreeSandboxes"}


class UsageSample(Model):
    """What a machine took of its host."""

    at_unix_ms: int
    cpu_ms: float
    """CPU time of the VMM, guest code included, since it started."""
    cpu_percent: float | None
    """Of one CPU, since the sample before; null where there is none."""
    memory_private_bytes: int
    """Memory of the host that only this machine has."""
    memory_shared_bytes: int
    """Memory of the host that others map as well: that of its snapshot, and of programs."""
    disk_bytes: int
    """What its disk takes beyond its snapshot's."""

    _names = frozenset(["at_unix_ms", "cpu_ms", "cpu_percent", "memory_private_bytes", "memory_shared_bytes", "disk_bytes"])


class Version(Model):
    version: str
    api: Literal["v1"]
    pid: int

    _names = frozenset(["version", "api", "pid"])


class WebhookInfo(Model):
    id: str
    url: str
    events: list[str]
    allow_private: bool
    created_at_unix: int
    waiting: int
    """Events that are to be sent."""
    delivered: int
    """Since the daemon started, as are the next two."""
    failed: int
    """Events that were given up after the last try."""
    dropped: int
    """Events for which there was no room."""
    last_error: str | None
    """Why the last try failed; null where it did not."""

    _names = frozenset(["id", "url", "events", "allow_private", "created_at_unix", "waiting", "delivered", "failed", "dropped", "last_error"])


class WorkspaceInfo(Model):
    id: str
    """The id of the sandbox that it is."""
    name: str
    source_snapshot_tag: str
    current_state_tag: str | None
    """Always null: what it is resumed of is no snapshot."""
    status: Literal["running", "paused", "suspended", "stale"]
    """stale: its machine has died, or this daemon cannot control it."""
    live_sandbox_id: str | None
    """The same as `id` while it has a process, else null."""
    created_at_unix: int
    last_active_unix: int
    """When it was last used."""
    last_branch_memory_path: str | None

    _names = frozenset(["id", "name", "source_snapshot_tag", "current_state_tag", "status", "live_sandbox_id", "created_at_unix", "last_active_unix", "last_branch_memory_path"])


class WriteReport(Model):
    bytes: int

    _names = frozenset(["bytes"])

