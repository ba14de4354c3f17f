"""What a user of the reference system's package has. It runs with that package and with ours, and prints what it saw."""

import json
import sys

from forkd import Controller, ControllerError

tag, name = sys.argv[1:]
controller = Controller(timeout=120)


def status_of(ask) -> int:
    try:
        ask()
    except ControllerError as error:
        return error.status
    return 0


[child, other] = controller.spawn_sandboxes(tag, n=2, prewarm=True)
told = {
    "snapshot": tag in [snapshot["tag"] for snapshot in controller.list_snapshots()],
    "fields": {"id", "snapshot_tag", "netns", "guest_addr", "created_at_unix", "pid", "memory_limit_mib"} <= set(child),
    "listed": {child["id"], other["id"]} <= {sandbox["id"] for sandbox in controller.list_sandboxes()},
    "got": controller.get_sandbox(child["id"])["snapshot_tag"] == tag,
    "exec": controller.exec_command(child["id"], ["sh", "-c", "echo kept > /root/note; echo out; echo err >&2; exit 3"]),
    "eval": controller.eval_code(child["id"], "6 * 7")["result"],
    "raised": "ZeroDivisionError" in (controller.eval_code(child["id"], "1 / 0")["error"] or ""),
    "pong": controller.ping_sandbox(child["id"])["pong"],
}
told["exec"] = {key: told["exec"][key] for key in ("stdout", "stderr", "exit_code")}
branches = [
    controller.branch_sandbox(child["id"], tag=name),
    controller.branch_sandbox(child["id"], tag=f"{name}-diff", diff=True),
    controller.branch_sandbox(child["id"], tag=f"{name}-mode", mode="diff", wait=True),
]
told["branched from"] = [branch["branched_from"] == child["id"] for branch in branches]
told["taken"] = status_of(lambda: controller.branch_sandbox(child["id"], tag=name))
[grandchild] = controller.spawn_sandboxes(branches[1]["tag"])
told["kept"] = controller.exec_command(grandchild["id"], ["cat", "/root/note"])["stdout"]
for sandbox in (child, other, grandchild):
    controller.kill_sandbox(sandbox["id"])
for branch in branches:
    controller.delete_snapshot(branch["tag"])
told["gone"] = [
    status_of(lambda: controller.get_sandbox(child["id"])),
    status_of(lambda: controller.spawn_sandboxes(name)),
    status_of(lambda: controller.kill_sandbox(child["id"])),
]
print(json.dumps(told))
