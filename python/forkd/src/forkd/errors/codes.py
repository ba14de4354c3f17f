# Generated from packages/contract by scripts/generate.ts.
"""One class for each error code of the daemon: docs/reference/errors.md says what they mean."""

from .base import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    DaemonError,
    ForbiddenError,
    ForkdError,
    NotEnoughSpaceError,
    NotFoundError,
    RateLimitError,
    TimedOutError,
)


class AgentOutdatedError(ConflictError):
    code = "agent_outdated"


class AgentProtocolError(DaemonError):
    code = "agent_protocol"


class AgentTimeoutError(TimedOutError):
    code = "agent_timeout"


class AgentUnreachableError(DaemonError):
    code = "agent_unreachable"


class AuditFailedError(DaemonError):
    code = "audit_failed"


class BaseGoneError(ConflictError):
    code = "base_gone"


class BodyTooLargeError(ForkdError):
    code = "body_too_large"


class BootFailedError(DaemonError):
    code = "boot_failed"


class BranchBusyError(DaemonError):
    code = "branch_busy"


class BranchInProgressError(ConflictError):
    code = "branch_in_progress"


class CancelledError(ForkdError):
    code = "cancelled"


class CaptureFailedError(DaemonError):
    code = "capture_failed"


class ChainTooDeepError(ConflictError):
    code = "chain_too_deep"


class CommandNotFoundError(BadRequestError):
    code = "command_not_found"


class ContextNotFoundError(NotFoundError):
    code = "context_not_found"


class CrossSiteRequestError(ForbiddenError):
    code = "cross_site_request"


class DaemonRunningError(ConflictError):
    code = "daemon_running"


class DiskFullError(NotEnoughSpaceError):
    code = "disk_full"


class ForkContractFailedError(DaemonError):
    code = "fork_contract_failed"


class ForkFailedError(DaemonError):
    code = "fork_failed"


class GuestFileNotFoundError(NotFoundError):
    code = "guest_file_not_found"


class GuestProcessNotFoundError(NotFoundError):
    code = "guest_process_not_found"


class GuestRefusedError(BadRequestError):
    code = "guest_refused"


class HeadersTooLargeError(ForkdError):
    code = "headers_too_large"


class IdempotencyKeyReusedError(BadRequestError):
    code = "idempotency_key_reused"


class ImageBuildFailedError(BadRequestError):
    code = "image_build_failed"


class ImageCorruptError(ConflictError):
    code = "image_corrupt"


class ImageInUseError(ConflictError):
    code = "image_in_use"


class ImageNotFoundError(NotFoundError):
    code = "image_not_found"


class InternalError(DaemonError):
    code = "internal"


class InterpreterUnavailableError(ConflictError):
    code = "interpreter_unavailable"


class InvalidConfigurationError(DaemonError):
    code = "invalid_configuration"


class InvalidRequestError(BadRequestError):
    code = "invalid_request"


class JobNotFoundError(NotFoundError):
    code = "job_not_found"


class KernelUnavailableError(DaemonError):
    code = "kernel_unavailable"


class LimitUnavailableError(ConflictError):
    code = "limit_unavailable"


class LiveUnavailableError(ConflictError):
    code = "live_unavailable"


class MachineStuckError(DaemonError):
    code = "machine_stuck"


class MemoryLimitTooSmallError(BadRequestError):
    code = "memory_limit_too_small"


class MemoryLimitUnavailableError(ConflictError):
    code = "memory_limit_unavailable"


class NameTakenError(ConflictError):
    code = "name_taken"


class NetworkFailedError(DaemonError):
    code = "network_failed"


class NeverReadyError(BadRequestError):
    code = "never_ready"


class NoMemoryError(DaemonError):
    code = "no_memory"


class NoNetworkError(ConflictError):
    code = "no_network"


class NotPermittedError(ForbiddenError):
    code = "not_permitted"


class OutOfResourcesError(DaemonError):
    code = "out_of_resources"


class OutputLostError(ForkdError):
    code = "output_lost"


class PackIncompatibleError(ConflictError):
    code = "pack_incompatible"


class PackInvalidError(BadRequestError):
    code = "pack_invalid"


class PackNotFoundError(NotFoundError):
    code = "pack_not_found"


class PackTooLargeError(ForkdError):
    code = "pack_too_large"


class ParentDiedError(BadRequestError):
    code = "parent_died"


class PortBrokenError(DaemonError):
    code = "port_broken"


class PortRefusedError(DaemonError):
    code = "port_refused"


class PortTakenError(ConflictError):
    code = "port_taken"


class PortTimeoutError(TimedOutError):
    code = "port_timeout"


class RangeNotSatisfiableError(ForkdError):
    code = "range_not_satisfiable"


class RegistryFailedError(DaemonError):
    code = "registry_failed"


class RequestTimeoutError(TimedOutError):
    code = "request_timeout"


class RequirementMissingError(DaemonError):
    code = "requirement_missing"


class RestoreFailedError(DaemonError):
    code = "restore_failed"


class ResumeFailedError(DaemonError):
    code = "resume_failed"


class SandboxDeadError(ConflictError):
    code = "sandbox_dead"


class SandboxNotFoundError(NotFoundError):
    code = "sandbox_not_found"


class SandboxPausedError(ConflictError):
    code = "sandbox_paused"


class SandboxQuotaError(RateLimitError):
    code = "sandbox_quota"


class SandboxSuspendedError(ConflictError):
    code = "sandbox_suspended"


class SandboxUnmanagedError(ConflictError):
    code = "sandbox_unmanaged"


class ServiceEndedError(BadRequestError):
    code = "service_ended"


class SignatureInvalidError(ForbiddenError):
    code = "signature_invalid"


class SignatureRefusedError(ForbiddenError):
    code = "signature_refused"


class SignatureRequiredError(ForbiddenError):
    code = "signature_required"


class SnapshotCorruptError(ConflictError):
    code = "snapshot_corrupt"


class SnapshotExistsError(ConflictError):
    code = "snapshot_exists"


class SnapshotHasDependentsError(ConflictError):
    code = "snapshot_has_dependents"


class SnapshotInUseError(ConflictError):
    code = "snapshot_in_use"


class SnapshotIncompatibleError(ConflictError):
    code = "snapshot_incompatible"


class SnapshotNotFoundError(NotFoundError):
    code = "snapshot_not_found"


class SnapshotNotReadyError(ConflictError):
    code = "snapshot_not_ready"


class SnapshotWithoutCardError(ConflictError):
    code = "snapshot_without_card"


class StopFailedError(ConflictError):
    code = "stop_failed"


class SuspendedStateDamagedError(ConflictError):
    code = "suspended_state_damaged"


class TarFailedError(BadRequestError):
    code = "tar_failed"


class TaskLimitTooSmallError(BadRequestError):
    code = "task_limit_too_small"


class TenantQuotaError(RateLimitError):
    code = "tenant_quota"


class TokenNameTakenError(ConflictError):
    code = "token_name_taken"


class TokenNotFoundError(NotFoundError):
    code = "token_not_found"


class TooManyConnectionsError(RateLimitError):
    code = "too_many_connections"


class TooManyContextsError(ConflictError):
    code = "too_many_contexts"


class TooManyRefusalsError(RateLimitError):
    code = "too_many_refusals"


class UnauthenticatedError(AuthenticationError):
    code = "unauthenticated"


class UnknownHostError(ForkdError):
    code = "unknown_host"


class UnknownRouteError(NotFoundError):
    code = "unknown_route"


class UnsupportedMediaTypeError(ForkdError):
    code = "unsupported_media_type"


class UnsupportedOptionError(BadRequestError):
    code = "unsupported_option"


class VmmFailedError(DaemonError):
    code = "vmm_failed"


class WarmUpFailedError(BadRequestError):
    code = "warm_up_failed"


class WarmUpTimeoutError(BadRequestError):
    code = "warm_up_timeout"


class WebhookLimitError(ConflictError):
    code = "webhook_limit"


class WebhookNotFoundError(NotFoundError):
    code = "webhook_not_found"


class WorkspaceNotFoundError(NotFoundError):
    code = "workspace_not_found"


__all__ = [
    "AgentOutdatedError",
    "AgentProtocolError",
    "AgentTimeoutError",
    "AgentUnreachableError",
    "AuditFailedError",
    "BaseGoneError",
    "BodyTooLargeError",
    "BootFailedError",
    "BranchBusyError",
    "BranchInProgressError",
    "CancelledError",
    "CaptureFailedError",
    "ChainTooDeepError",
    "CommandNotFoundError",
    "ContextNotFoundError",
    "CrossSiteRequestError",
    "DaemonRunningError",
    "DiskFullError",
    "ForkContractFailedError",
    "ForkFailedError",
    "GuestFileNotFoundError",
    "GuestProcessNotFoundError",
    "GuestRefusedError",
    "HeadersTooLargeError",
    "IdempotencyKeyReusedError",
    "ImageBuildFailedError",
    "ImageCorruptError",
    "ImageInUseError",
    "ImageNotFoundError",
    "InternalError",
    "InterpreterUnavailableError",
    "InvalidConfigurationError",
    "InvalidRequestError",
    "JobNotFoundError",
    "KernelUnavailableError",
    "LimitUnavailableError",
    "LiveUnavailableError",
    "MachineStuckError",
    "MemoryLimitTooSmallError",
    "MemoryLimitUnavailableError",
    "NameTakenError",
    "NetworkFailedError",
    "NeverReadyError",
    "NoMemoryError",
    "NoNetworkError",
    "NotPermittedError",
    "OutOfResourcesError",
    "OutputLostError",
    "PackIncompatibleError",
    "PackInvalidError",
    "PackNotFoundError",
    "PackTooLargeError",
    "ParentDiedError",
    "PortBrokenError",
    "PortRefusedError",
    "PortTakenError",
    "PortTimeoutError",
    "RangeNotSatisfiableError",
    "RegistryFailedError",
    "RequestTimeoutError",
    "RequirementMissingError",
    "RestoreFailedError",
    "ResumeFailedError",
    "SandboxDeadError",
    "SandboxNotFoundError",
    "SandboxPausedError",
    "SandboxQuotaError",
    "SandboxSuspendedError",
    "SandboxUnmanagedError",
    "ServiceEndedError",
    "SignatureInvalidError",
    "SignatureRefusedError",
    "SignatureRequiredError",
    "SnapshotCorruptError",
    "SnapshotExistsError",
    "SnapshotHasDependentsError",
    "SnapshotInUseError",
    "SnapshotIncompatibleError",
    "SnapshotNotFoundError",
    "SnapshotNotReadyError",
    "SnapshotWithoutCardError",
    "StopFailedError",
    "SuspendedStateDamagedError",
    "TarFailedError",
    "TaskLimitTooSmallError",
    "TenantQuotaError",
    "TokenNameTakenError",
    "TokenNotFoundError",
    "TooManyConnectionsError",
    "TooManyContextsError",
    "TooManyRefusalsError",
    "UnauthenticatedError",
    "UnknownHostError",
    "UnknownRouteError",
    "UnsupportedMediaTypeError",
    "UnsupportedOptionError",
    "VmmFailedError",
    "WarmUpFailedError",
    "WarmUpTimeoutError",
    "WebhookLimitError",
    "WebhookNotFoundError",
    "WorkspaceNotFoundError",
]
