/// <reference lib="esnext.disposable" preserve="true" />
export type {
  AuditEntry,
  AuditReport,
  TenantInfo,
  WebhookInfo,
  BranchInfo,
  BranchRequest,
  Capabilities,
  ChildSpec,
  ContextInfo,
  ContextRequest,
  Doctor,
  DoctorCheck,
  ErrorCode,
  ErrorReply,
  EvalEvent,
  EvalRequest,
  EvalResult,
  ExecRequest,
  ExecResult,
  FileChange,
  FileInfo,
  FileUpdate,
  ForkdEvent,
  GarbageReport,
  GarbageRequest,
  GroupMember,
  GuestTask,
  GuestTasks,
  GuestUsage,
  HintAction,
  HintOption,
  ImageBuildRequest,
  ImageInfo,
  ImageRecipe,
  Job,
  PackInfo,
  PackRequest,
  Ping,
  ProcessExit,
  PortInfo,
  PublishedPort,
  NetnsInfo,
  NetworkInfo,
  PortWaitRequest,
  ProcessInfo,
  Progress,
  PullInfo,
  PullRequest,
  PushInfo,
  PushRequest,
  ResizeRequest,
  RichResult,
  SandboxForkRequest,
  SandboxInfo,
  SandboxMetrics,
  SandboxRequest,
  SandboxUpdate,
  SnapshotDetail,
  SnapshotInfo,
  SnapshotRequest,
  SignedUrl,
  StopRequest,
  Tree,
  UsageSample,
  Version,
  WorkspaceInfo,
  WorkspaceRequest,
} from "./api.gen.ts";
export { DEFAULT_TIMEOUT_SECS } from "./api.gen.ts";
export { decodeBase64, encodeBase64 } from "./base64.ts";
export { Contexts } from "./contexts.ts";
export type { ContextWord } from "./contexts.ts";
export { Controller } from "./controller.ts";
export type { ControllerBranchRequest, ControllerOptions } from "./controller.ts";
export { readEnvironment } from "./environment.ts";
export type { ForkdEnvironment } from "./environment.ts";
export { assertSocketPath, ForkdApiError, isForkdApiError } from "./errors.ts";
export type { ApiErrorCode, ClientErrorCode, WireError } from "./errors.ts";
export { Events } from "./events.ts";
export type { EventFilter, FollowOptions } from "./events.ts";
export type { EvalListeners, EvalOptions } from "./evaluation.ts";
export type { ExecEvent, ExecExit, ExecOutput, ExecStart } from "./exec-events.ts";
export { bestOf, mapForks, raceForks, withBranch } from "./fan-out.ts";
export type { Attempt, Best, BestOptions, FanOutOptions, ForkSource } from "./fan-out.ts";
export { Files } from "./files.ts";
export type {
  ListFilesOptions,
  MakeDirOptions,
  ReadFileOptions,
  StreamFileOptions,
  WriteFileOptions,
} from "./files.ts";
export type { ReadRange } from "./file-range.ts";
export type { ChangeListener, FileWatch, FollowFilesOptions, WatchOptions } from "./file-watch.ts";
export { Forkd } from "./forkd.ts";
export type { ForkdOptions } from "./open-connection.ts";
export { Guest } from "./guest.ts";
export type { ExecOptions, ExecStreamOptions, SpawnOptions } from "./guest.ts";
export { Commands } from "./commands.ts";
export type { BackgroundOptions, RunOptions } from "./commands.ts";
export type { CommandListeners, CommandResult } from "./collect-command.ts";
export { renderHint } from "./hints/render-hint.ts";
export { Images } from "./images.ts";
export { Jobs } from "./jobs.ts";
export type { CallOptions, PageOptions, ProgressOptions } from "./options.ts";
export type { FetchPortOptions } from "./ports/fetch-port.ts";
export type { PortForward } from "./ports/port-forward.ts";
export type { ForwardOptions } from "./ports/port-forward.ts";
export { Ports } from "./ports/ports.ts";
export { Snapshots } from "./snapshots.ts";
export type { RemoveSnapshotOptions } from "./snapshots.ts";
export { Sandbox } from "./sandbox.ts";
export type {
  BranchOptions,
  ConnectOptions,
  CreateOptions,
  ForkOptions,
  LimitChanges,
  LogsOptions,
  MetricsOptions,
  SandboxGroup,
  SignUrlOptions,
} from "./sandbox.ts";
export { SandboxProcess } from "./sandbox-process.ts";
export type { AttachOptions, StdinOptions } from "./sandbox-process.ts";
export { Sandboxes } from "./sandboxes.ts";
export type { KillAllOptions, ListOptions } from "./sandboxes.ts";
export type { Fetch } from "./transport/fetch.ts";
export type {
  RawBody,
  Transport,
  TransportReply,
  TransportRequest,
  Upgraded,
  UpgradeRequest,
} from "./transport/transport.ts";
export { fromWire, toWire } from "./wire.ts";
export type { Wire } from "./wire.ts";
export { Tokens } from "./tokens.ts";
export { Audit } from "./audit.ts";
export { Webhooks } from "./webhooks.ts";
export { Tenants } from "./tenants.ts";
export { NetworkNamespaces } from "./network-namespaces.ts";
export { Workspaces } from "./workspaces.ts";
