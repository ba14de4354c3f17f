# Generated from packages/contract by scripts/generate.ts.
"""What the daemon is asked with: the keyword arguments of methods. Only for type checkers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict


class BranchRequest(TypedDict, total=False):
    tag: str
    """The snapshot's tag; one is made up when it is left away."""
    mode: Literal["full", "diff", "live", "auto"] | None
    """full: a snapshot whose memory stands alone. diff: a layer of the pages that differ from the parent. live: copied while the machine runs on (live_fork). auto, the default: the shortest pause."""
    diff: bool
    """An older way to say mode: diff."""
    live: bool
    """An older way to say mode: live."""
    measure_diff: bool
    """Accepted for compatibility: what a diff would take is always told."""
    wait: bool
    """false: answer 202 as soon as the machine runs again, while the snapshot is still written."""
    parent_tag: str | None
    """Must be the source's snapshot_tag, if it is given."""


class ChildSpecFilesOptions(TypedDict, total=False):
    """What may be said besides: ChildSpecFiles."""

    mode: str
    """Octal permission bits."""


class ChildSpecFiles(ChildSpecFilesOptions, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""
    content_base64: Required[str]
    """The content in base 64."""


class ChildSpec(TypedDict, total=False):
    env: Mapping[str, str]
    """Environment variables."""
    files: Sequence[ChildSpecFiles]
    args: Sequence[str]
    """Published in /run/forkd/fork.json."""
    hostname: str


class CompactRequest(TypedDict, total=False):
    to: Required[str]
    """A tag or name."""


class ContextRequest(TypedDict, total=False):
    language: Literal["python", "node", "bash"]
    """Python, JavaScript (by Node) or the shell."""
    cwd: str
    """Its working directory; the user's home unless told."""
    env: Mapping[str, str]
    """Environment variables of its own, which no fork changes."""


class DirectoryOptions(TypedDict, total=False):
    """What may be said besides: DirectoryRequest."""

    mode: str
    """Octal permission bits."""
    user: str
    """Whose it is; root unless told."""


class DirectoryRequest(DirectoryOptions, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""


class EvalOptions(TypedDict, total=False):
    """What may be said besides: EvalRequest."""

    language: Literal["python", "node", "bash"]
    """Its interpreter that is there for good; python unless told. Not together with context_id."""
    context_id: str
    """The context to run it in."""
    mode: Literal["auto", "eval", "run"]
    """eval: one expression; run: statements; auto: statements, and the last one's value. A shell knows no difference."""
    timeout_secs: float
    """A time-out in seconds, at most a day."""


class EvalRequest(EvalOptions, total=False):
    code: Required[str]


class ExecRequestPty(TypedDict, total=False):
    cols: Required[int]
    rows: Required[int]


class ExecOptions(TypedDict, total=False):
    """What may be said besides: ExecRequest."""

    timeout_secs: float | None
    """Ends it after so many seconds; null: it may take as long as the request is held."""
    env: Mapping[str, str]
    """Environment variables."""
    cwd: str
    """An absolute path inside of the guest."""
    user: str
    """A user's name or number; root unless told."""
    stdin: str
    """Text for standard input."""
    stdin_stream: bool
    """Standard input comes through POST …/processes/:pid/stdin."""
    pty: ExecRequestPty | None
    """Run on a terminal of this size."""
    detach: bool
    """Goes on when the request is dropped. Without a stream the answer comes as soon as it runs: see running."""
    lossless: bool
    """It waits until its output was received, however long, where others go on and lose the oldest. Needs detach."""
    max_output_bytes: int
    """For each of stdout and stderr in a JSON reply; more is cut. Streams are not cut."""


class ExecRequest(ExecOptions, total=False):
    args: Required[Sequence[str]]


class FileUpdateOptions(TypedDict, total=False):
    """What may be said besides: FileUpdate."""

    mode: str
    """Octal permission bits."""
    owner: str
    """A name or number of the guest."""
    group: str
    """A name or number of the guest."""


class FileUpdate(FileUpdateOptions, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""


class GarbageRequest(TypedDict, total=False):
    dry_run: bool
    """Only say what would be removed."""


class GroupMemberPublishOptions(TypedDict, total=False):
    """What may be said besides: GroupMemberPublish."""

    host_port: int | None
    """On the host's loopback. Null: any that is free; n children have one each."""


class GroupMemberPublish(GroupMemberPublishOptions, total=False):
    port: Required[int]
    """A TCP port of the guest."""


class GroupMemberOptions(TypedDict, total=False):
    """What may be said besides: GroupMember."""

    egress: Literal["deny", "allow"] | Sequence[str]
    """What the guest may reach. deny: nothing. allow: what is public. Or a list; what is private, or the host's own, only where its addresses are named as such. A list with names has no other name resolved."""
    n: int
    """How many children."""
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
    env: Mapping[str, str]
    """For every child."""
    children: Sequence[ChildSpec]
    """What the child of the same index gets on top; at most n."""
    ttl_secs: float | None
    """How long it lives, in seconds, whatever it does; at most ten years. Null: no limit."""
    on_timeout: Literal["kill", "pause", "suspend"]
    """What is done when ttl_secs are over. A resume begins them anew once they are."""
    idle_timeout_secs: float | None
    """How long it may run without a request, an open stream or output of its commands, in seconds. Null: no limit."""
    on_idle: Literal["kill", "pause", "suspend"]
    """What is done when idle_timeout_secs are over."""
    labels: Mapping[str, str]
    """Words and their values, at most 32, to find sandboxes by. They are no place for secrets."""
    publish: Sequence[GroupMemberPublish]
    """Ports of the guest that are to be ports of the host's loopback, too."""
    live_fork: bool
    """Keep the children's memory where they can be branched live."""
    auto_resume: bool
    """Resume a paused or suspended child when a request needs its guest; else that is refused."""
    public_ports: bool
    """By TCP, whoever knows its host name reaches its ports there, <port>-<id>.<domain>, without a token."""


class GroupMember(GroupMemberOptions, total=False):
    name: Required[str]
    """What its siblings call it; of n children, name-0, name-1, and so on."""
    snapshot_tag: Required[str]
    """A tag or name."""


class GroupRequest(TypedDict, total=False):
    link: Required[str]
    """A group: its members reach each other, by their names and ids too, and nobody else does. It is there while it has a member."""
    members: Required[Sequence[GroupMember]]
    """Each of a snapshot."""


class ImageBuildRequest(TypedDict, total=False):
    name: Required[str]
    """A tag or name."""
    recipe: Required[ImageRecipe]


class ImageRecipeFilesOptions(TypedDict, total=False):
    """What may be said besides: ImageRecipeFiles."""

    mode: str
    """Octal permission bits."""


class ImageRecipeFiles(ImageRecipeFilesOptions, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""
    content_base64: Required[str]
    """The content in base 64."""


class ImageRecipe(TypedDict, total=False):
    suite: str
    """The Debian suite."""
    packages: Sequence[str]
    """Debian packages, with what they depend on."""
    files: Sequence[ImageRecipeFiles]
    """Extra files."""
    script: str | None
    """A shell script that runs inside of the new root, as its root user."""
    size_mib: int
    """The size of the file system in MiB; unused blocks take no space."""


class KeyFields(TypedDict, total=False):
    name: Required[str]
    """What to call it in answers."""
    pem: Required[str]
    """The key. It is kept nowhere."""


MoveRequest = TypedDict("MoveRequest", {"from": Required[str], "to": Required[str]}, total=False)

class NetnsSetupRequest(TypedDict, total=False):
    count: Required[int]
    """How many are to be ready; 0 removes them."""


class NetworkRequest(TypedDict, total=False):
    mode: Literal["none", "user", "netns"]
    """none: no network; ports can be reached all the same. user: one that needs no root. netns: a network namespace of its own."""
    egress: Literal["deny", "allow"] | Sequence[str]
    """What the guest may reach. deny: nothing. allow: what is public. Or a list; what is private, or the host's own, only where its addresses are named as such. A list with names has no other name resolved."""
    link: str | None


class NetworkUpdate(TypedDict, total=False):
    egress: Required[Literal["deny", "allow"] | Sequence[str]]
    """What the guest may reach. deny: nothing. allow: what is public. Or a list; what is private, or the host's own, only where its addresses are named as such. A list with names has no other name resolved."""


class PackOptions(TypedDict, total=False):
    """What may be said besides: PackRequest."""

    force: bool
    """Replace a file that is there."""
    description: str
    sign: Key | None
    """The private key to sign with: a file of the daemon's host, or the key itself."""


class PackRequest(PackOptions, total=False):
    output: Required[str]
    """An absolute path on the daemon's host."""


class PortWaitRequest(TypedDict, total=False):
    timeout_secs: float
    """A time-out in seconds, at most a day."""


class PullRequestCredentials(TypedDict, total=False):
    username: Required[str]
    password: Required[str]


class PullOptions(TypedDict, total=False):
    """What may be said besides: PullRequest."""

    tag: str | None
    """The tag here; else that in the pack."""
    force: bool
    """Replace a snapshot of that tag."""
    sha256: str | None
    """What a downloaded file must have."""
    index: str | None
    """The index that owner/name is looked up in."""
    require_signature: Sequence[Key]
    """Public keys, one of which must have signed it: files of the daemon's host, or keys."""
    plain_http: bool
    credentials: PullRequestCredentials | None
    """For the registry; without them, those in ~/.docker/config.json are used."""


class PullRequest(PullOptions, total=False):
    source: Required[str]
    """A file's absolute path, an http(s) URL of a pack, oci://registry/name:tag, or owner/name[@version]."""


class PushRequestCredentials(TypedDict, total=False):
    username: Required[str]
    password: Required[str]


class PushOptions(TypedDict, total=False):
    """What may be said besides: PushRequest."""

    description: str
    sign: Key | None
    """The private key to sign with: a file of the daemon's host, or the key itself."""
    plain_http: bool
    """Speak http to the registry."""
    credentials: PushRequestCredentials | None
    """For the registry; without them, those in ~/.docker/config.json are used."""


class PushRequest(PushOptions, total=False):
    destination: Required[str]


class Rehearsal(TypedDict, total=False):
    """What is done once in the machine that children are copies of, so that it is fast in each."""

    commands: Sequence[Sequence[str]]
    """Commands that run to their end, in order; none is listed. One that fails ends it."""
    ports: Sequence[int]
    """Ports that are connected to, and left again, before."""


class ResizeRequest(TypedDict, total=False):
    cols: Required[int]
    rows: Required[int]


class SandboxForkRequestPublishOptions(TypedDict, total=False):
    """What may be said besides: SandboxForkRequestPublish."""

    host_port: int | None
    """On the host's loopback. Null: any that is free; n children have one each."""


class SandboxForkRequestPublish(SandboxForkRequestPublishOptions, total=False):
    port: Required[int]
    """A TCP port of the guest."""


class SandboxForkRequest(TypedDict, total=False):
    n: int
    """How many children."""
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
    env: Mapping[str, str]
    """For every child."""
    children: Sequence[ChildSpec]
    """What the child of the same index gets on top; at most n."""
    ttl_secs: float | None
    """How long it lives, in seconds, whatever it does; at most ten years. Null: no limit."""
    on_timeout: Literal["kill", "pause", "suspend"]
    """What is done when ttl_secs are over. A resume begins them anew once they are."""
    idle_timeout_secs: float | None
    """How long it may run without a request, an open stream or output of its commands, in seconds. Null: no limit."""
    on_idle: Literal["kill", "pause", "suspend"]
    """What is done when idle_timeout_secs are over."""
    name: str | None
    """The child's name, which no other living sandbox has; of n children, name-0, name-1, and so on."""
    labels: Mapping[str, str]
    """Words and their values, at most 32, to find sandboxes by. They are no place for secrets."""
    wait: Literal["ready"]
    """Answer once the fork contract holds in every child."""
    on_failure: Literal["undo", "keep"]
    """When some children fail: end the others, or keep those that start and list the failed ones as dead."""
    network: NetworkRequest
    publish: Sequence[SandboxForkRequestPublish]
    """Ports of the guest that are to be ports of the host's loopback, too."""
    per_child_netns: bool
    """The same as network.mode netns."""
    prewarm: bool
    """Accepted; see option_notes in the capabilities for why it changes nothing."""
    live_fork: bool
    """Keep the children's memory where they can be branched live."""
    auto_resume: bool
    """Resume a paused or suspended child when a request needs its guest; else that is refused."""
    public_ports: bool
    """By TCP, whoever knows its host name reaches its ports there, <port>-<id>.<domain>, without a token."""
    hugepages: bool
    """Accepted; see option_notes in the capabilities."""


class SandboxRequestPublishOptions(TypedDict, total=False):
    """What may be said besides: SandboxRequestPublish."""

    host_port: int | None
    """On the host's loopback. Null: any that is free; n children have one each."""


class SandboxRequestPublish(SandboxRequestPublishOptions, total=False):
    port: Required[int]
    """A TCP port of the guest."""


class SandboxOptions(TypedDict, total=False):
    """What may be said besides: SandboxRequest."""

    n: int
    """How many children."""
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
    env: Mapping[str, str]
    """For every child."""
    children: Sequence[ChildSpec]
    """What the child of the same index gets on top; at most n."""
    ttl_secs: float | None
    """How long it lives, in seconds, whatever it does; at most ten years. Null: no limit."""
    on_timeout: Literal["kill", "pause", "suspend"]
    """What is done when ttl_secs are over. A resume begins them anew once they are."""
    idle_timeout_secs: float | None
    """How long it may run without a request, an open stream or output of its commands, in seconds. Null: no limit."""
    on_idle: Literal["kill", "pause", "suspend"]
    """What is done when idle_timeout_secs are over."""
    name: str | None
    """The child's name, which no other living sandbox has; of n children, name-0, name-1, and so on."""
    labels: Mapping[str, str]
    """Words and their values, at most 32, to find sandboxes by. They are no place for secrets."""
    wait: Literal["ready"]
    """Answer once the fork contract holds in every child."""
    on_failure: Literal["undo", "keep"]
    """When some children fail: end the others, or keep those that start and list the failed ones as dead."""
    network: NetworkRequest
    publish: Sequence[SandboxRequestPublish]
    """Ports of the guest that are to be ports of the host's loopback, too."""
    per_child_netns: bool
    """The same as network.mode netns."""
    prewarm: bool
    """Accepted; see option_notes in the capabilities for why it changes nothing."""
    live_fork: bool
    """Keep the children's memory where they can be branched live."""
    auto_resume: bool
    """Resume a paused or suspended child when a request needs its guest; else that is refused."""
    public_ports: bool
    """By TCP, whoever knows its host name reaches its ports there, <port>-<id>.<domain>, without a token."""
    hugepages: bool
    """Accepted; see option_notes in the capabilities."""


class SandboxRequest(SandboxOptions, total=False):
    snapshot_tag: Required[str]
    """A tag or name."""


class SandboxUpdate(TypedDict, total=False):
    name: str | None
    """Null takes it away."""
    labels: Mapping[str, str | None] | None
    ttl_secs: float | None
    """How long it lives from now on, in seconds; null: no limit."""
    on_timeout: Literal["kill", "pause", "suspend"]
    """kill: end it. pause: let it stand still, with its memory. suspend: put it on disk."""
    idle_timeout_secs: float | None
    """How long it may be idle, in seconds; null: no limit."""
    on_idle: Literal["kill", "pause", "suspend"]
    """kill: end it. pause: let it stand still, with its memory. suspend: put it on disk."""
    public_ports: bool
    """Whether its ports need no token."""
    network: NetworkUpdate
    """What it may reach from now on."""
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


class SignOptions(TypedDict, total=False):
    """What may be said besides: SignRequest."""

    access: Literal["read", "write"]
    user: str
    """Of a write: whose the file is; root unless told."""
    expires_secs: int
    """For how long the URL is good; at most a week."""


class SignRequest(SignOptions, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""


class SignalRequest(TypedDict, total=False):
    signal: str
    group: bool
    """The whole process group, or the process alone."""


class SnapshotRequestWarmOptions(TypedDict, total=False):
    """What may be said besides: SnapshotRequestWarm."""

    args: Sequence[str]
    code: str


class SnapshotRequestWarm(SnapshotRequestWarmOptions, total=False):
    kind: Required[Literal["command", "python", "node", "service"]]


class SnapshotOptions(TypedDict, total=False):
    """What may be said besides: SnapshotRequest."""

    memory_mib: int
    """Guest memory in MiB."""
    vcpus: int
    warm: Sequence[SnapshotRequestWarm]
    ready: Sequence[str] | None
    """A command that ends with status 0 once the machine is ready; tried until it does."""
    env: Mapping[str, str]
    """Environment variables."""
    rehearse: Rehearsal
    timeout_secs: float
    """For boot, warm-up and readiness together."""


class SnapshotRequest(SnapshotOptions, total=False):
    tag: Required[str]
    """A tag or name."""
    image: Required[str]
    """The name or id of the root image."""


class StopRequest(TypedDict, total=False):
    on_exit: Literal["keep", "suspend", "kill"] | None
    """What becomes of the machines: keep, suspend or kill. Null: what FORKD_ON_EXIT says. Where one cannot be suspended, the daemon runs on."""
    timeout_secs: float
    """How long suspending them may take, in seconds."""
    kill_sandboxes: bool
    """The same as on_exit kill."""
    keep_suspended: bool
    """Of the machines that are ended, leave those that are on disk."""


class TenantQuota(TypedDict, total=False):
    sandboxes: int | None
    """Sandboxes that are not dead, those on disk among them. Null: no limit."""
    memory_mib: int | None
    """What the guests that have a process see as their memory, in MiB. Null: no limit."""
    disk_mib: int | None
    """What its sandboxes have written and its snapshots take, in MiB. Null: no limit."""
    branches_per_minute: int | None
    """Branches and forks of running sandboxes in any 60 seconds. Null: no limit."""


class TokenOptions(TypedDict, total=False):
    """What may be said besides: TokenRequest."""

    scope: Literal["read", "use", "admin"]
    """read: look. use: work with sandboxes and snapshots too. admin: the daemon and its host too."""
    ttl_secs: float | None
    """For how long it is good, in seconds. Null: until it is revoked."""
    tenant: str | None
    """Its holder sees what is this tenant's and what is nobody's, and nothing else. Null: all there is."""


class TokenRequest(TokenOptions, total=False):
    name: Required[str]
    """What events and lists call who has it."""


class WebhookOptions(TypedDict, total=False):
    """What may be said besides: WebhookRequest."""

    events: Sequence[str]
    """Only these kinds: sandbox.died, or sandbox for all of them. None: all, but for the progress of jobs."""
    allow_private: bool
    """Whether the URL may lead to an address that is not of the public internet."""


class WebhookRequest(WebhookOptions, total=False):
    url: Required[str]
    """Where events are sent, each by a POST."""


class WorkspaceRequestPublishOptions(TypedDict, total=False):
    """What may be said besides: WorkspaceRequestPublish."""

    host_port: int | None
    """On the host's loopback. Null: any that is free; n children have one each."""


class WorkspaceRequestPublish(WorkspaceRequestPublishOptions, total=False):
    port: Required[int]
    """A TCP port of the guest."""


class WorkspaceOptions(TypedDict, total=False):
    """What may be said besides: WorkspaceRequest."""

    network: NetworkRequest
    per_child_netns: bool
    """The same as network.mode netns."""
    publish: Sequence[WorkspaceRequestPublish]
    """Ports of the guest that are to be ports of the host's loopback, too."""
    public_ports: bool
    """By TCP, whoever knows its host name reaches its ports there, <port>-<id>.<domain>, without a token."""
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
    live_fork: bool
    """Keep the children's memory where they can be branched live."""
    env: Mapping[str, str]
    """Of all that runs in it."""
    labels: Mapping[str, str]
    """Words and their values, at most 32, to find sandboxes by. They are no place for secrets."""
    idle_timeout_secs: float | None
    """Suspend it when nobody has used it for this long, in seconds. Null: never by itself."""
    auto_resume: bool
    """Resume it when a request needs its guest; else that is refused."""


class WorkspaceRequest(WorkspaceOptions, total=False):
    name: Required[str]
    """A sandbox's name."""
    snapshot_tag: Required[str]
    """A tag or name."""


class WorkspaceSuspendRequest(TypedDict, total=False):
    diff: bool
    """Accepted: what is kept is always the difference."""


class ListImagesQuery(TypedDict, total=False):
    pass


class ListSnapshotsQuery(TypedDict, total=False):
    pass


class DeleteSnapshotQuery(TypedDict, total=False):
    force: bool
    """Also when machines run from it, which go on, or snapshots stand on it, which keep the layers they need."""
    cascade: bool
    """Remove the snapshots that stand on it too."""


class ListSandboxesQuery(TypedDict, total=False):
    label: str | Sequence[str]
    """KEY=VALUE, or a KEY with any value; given more than once, all of them."""
    name: str
    """A sandbox's name."""
    status: Literal["running", "paused", "suspended", "dead", "adopting", "unmanaged"]
    """paused: its vCPUs stand still, its memory is kept. suspended: it is on disk, and has no process. adopting: a new daemon is taking it over. unmanaged: the daemon cannot control it."""
    tag: str
    """The snapshot's."""


class KillSandboxesQuery(TypedDict, total=False):
    tag: str
    """A tag or name."""
    keep_suspended: bool
    """Leave those that are on disk."""


class LogsQuery(TypedDict, total=False):
    source: Literal["console", "vmm"]
    tail: int
    """Only the last lines."""
    follow: bool
    """Go on until the machine ends."""


class ListWorkspacesQuery(TypedDict, total=False):
    pass


class AttachQuery(TypedDict, total=False):
    from_offset: int
    """Begin behind so many bytes of its output, stdout and stderr together, as counted by an earlier reader."""


class WriteStdinQuery(TypedDict, total=False):
    more: bool
    """Leave it open for what comes later."""


class ReadFileOptions(TypedDict, total=False):
    """What may be said besides: ReadFileQuery."""

    signature: str
    """Of POST …/files/url."""
    signature_expiration: int
    """Until when the signature is good, in seconds since 1970."""


class ReadFileQuery(ReadFileOptions, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""


class WriteFileOptions(TypedDict, total=False):
    """What may be said besides: WriteFileQuery."""

    mode: str
    """Octal permission bits."""
    user: str
    """A name or number of the guest."""
    offset: int
    """Writes from this byte on, and leaves the rest of the file as it is."""
    append: bool
    """Writes at the end of the file."""
    meta: str | Sequence[str]
    """KEY=VALUE, once for each: what is noted of a file that is written whole, in place of what was. At most 4096 bytes."""
    signature: str
    """Of POST …/files/url."""
    signature_expiration: int
    """Until when the signature is good, in seconds since 1970."""


class WriteFileQuery(WriteFileOptions, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""


class RemoveFileOptions(TypedDict, total=False):
    """What may be said besides: RemoveFileQuery."""

    recursive: bool
    """A directory with all that is in it. Links are never followed."""


class RemoveFileQuery(RemoveFileOptions, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""


class GetFileInfoOptions(TypedDict, total=False):
    """What may be said besides: GetFileInfoQuery."""

    follow: bool
    """What a link leads to, and not the link."""


class GetFileInfoQuery(GetFileInfoOptions, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""


class ListFilesOptions(TypedDict, total=False):
    """What may be said besides: ListFilesQuery."""

    depth: int
    """1: what is in it; 2: and in its directories; and so on."""


class ListFilesQuery(ListFilesOptions, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""


class WatchFilesOptions(TypedDict, total=False):
    """What may be said besides: WatchFilesQuery."""

    recursive: bool
    """And in all that are in it, new ones too."""


class WatchFilesQuery(WatchFilesOptions, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""


class ReadDirectoryQuery(TypedDict, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""


class WriteDirectoryQuery(TypedDict, total=False):
    path: Required[str]
    """An absolute path inside of the guest."""


class MetricsQuery(TypedDict, total=False):
    since: float
    """Only samples behind this time, in seconds since 1970."""
    guest: bool
    """Ask the guest too, which wakes one that is idle; for 2 s at most."""


class ListJobsQuery(TypedDict, total=False):
    pass


class WatchEventsQuery(TypedDict, total=False):
    after: str
    """Begin behind this cursor; without it, now, or with all that is kept if follow is false."""
    types: str
    """Only these kinds, with commas between: sandbox.died, or sandbox for all of them."""
    follow: bool
    """false: only what is kept, and no more."""


class ListAuditQuery(TypedDict, total=False):
    since_unix_ms: int
    """Only those since then."""
    follow: bool
    """Go on with each that is recorded, until the caller leaves; with the last that there is at first, and those since since_unix_ms if that is given. Of a daemon that records nothing it ends at once."""


class VerifyAuditQuery(TypedDict, total=False):
    contains: str
    """The digest of a line that was the last once."""


Key = str | KeyFields
