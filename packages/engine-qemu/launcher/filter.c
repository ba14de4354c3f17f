#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* `then` and `otherwise` count the rules that are passed over. */
#define IF_EQUAL(value, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (then), (otherwise))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))

enum { X32_BIT = 0x40000000, MOST_RULES = 160 };

static const unsigned namespace_flags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                                        CLONE_NEWPID | CLONE_NEWNET;

/* Looking into other processes, changing what this one sees, and wide doors into the kernel. */
static const int denied[] = {
    SYS_ptrace,        SYS_process_vm_readv, SYS_process_vm_writev, SYS_process_madvise, SYS_kcmp,
    SYS_pidfd_open,    SYS_pidfd_getfd,      SYS_pidfd_send_signal, SYS_tkill,           SYS_mount,
    SYS_umount2,       SYS_pivot_root,       SYS_chroot,            SYS_unshare,         SYS_setns,
    SYS_open_tree,     SYS_move_mount,       SYS_fsopen,            SYS_fsmount,         SYS_fsconfig,
    SYS_fspick,        SYS_mount_setattr,    SYS_bpf,               SYS_perf_event_open, SYS_add_key,
    SYS_request_key,   SYS_keyctl,           SYS_open_by_handle_at, SYS_quotactl,        SYS_syslog,
};

/* Calls whose first argument is a process: it must be this one. */
static const int signalling[] = {SYS_kill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo};

struct program {
  struct sock_filter rules[MOST_RULES];
  unsigned short length;
};

static void add(struct program *program, struct sock_filter rule) { program->rules[program->length++] = rule; }

/* The call's number stays loaded for the next rule. */
static void deny(struct program *program, int call, int error) {
  add(program, (struct sock_filter)IF_EQUAL((unsigned)call, 0, 1));
  add(program, (struct sock_filter)RETURN(SECCOMP_RET_ERRNO | (unsigned)error));
}

/* `call` is allowed if its first argument is `value`. */
static void require_first(struct program *program, int call, unsigned value, int error) {
  add(program, (struct sock_filter)IF_EQUAL((unsigned)call, 0, 4));
  add(program, (struct sock_filter)LOAD(args[0]));
  add(program, (struct sock_filter)IF_EQUAL(value, 1, 0));
  add(program, (struct sock_filter)RETURN(SECCOMP_RET_ERRNO | (unsigned)error));
  add(program, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
}

static void forbid_namespaces(struct program *program) {
  /* The C library falls back to clone(2) where clone3(2) is missing, whose flags a filter cannot read. */
  deny(program, SYS_clone3, ENOSYS);
  add(program, (struct sock_filter)IF_EQUAL(SYS_clone, 0, 4));
  add(program, (struct sock_filter)LOAD(args[0]));
  add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, namespace_flags, 0, 1));
  add(program, (struct sock_filter)RETURN(SECCOMP_RET_ERRNO | EPERM));
  add(program, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
}

void filter_calls(const struct plan *plan) {
  struct program program = {.length = 0};
  add(&program, (struct sock_filter)LOAD(arch));
  add(&program, (struct sock_filter)IF_EQUAL(AUDIT_ARCH_X86_64, 1, 0));
  add(&program, (struct sock_filter)RETURN(SECCOMP_RET_KILL_PROCESS));
  add(&program, (struct sock_filter)LOAD(nr));
  add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1));
  add(&program, (struct sock_filter)RETURN(SECCOMP_RET_KILL_PROCESS));
  for (size_t index = 0; index < sizeof denied / sizeof *denied; ++index) deny(&program, denied[index], EPERM);
  /* Its rings would make calls that no filter sees. QEMU does without. */
  deny(&program, SYS_io_uring_setup, ENOSYS);
  forbid_namespaces(&program);
  require_first(&program, SYS_socket, AF_UNIX, EAFNOSUPPORT);
  for (size_t index = 0; !plan->is_zygote && index < sizeof signalling / sizeof *signalling; ++index) {
    require_first(&program, signalling[index], (unsigned)getpid(), EPERM);
  }
  add(&program, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
  const struct sock_fprog filter = {.len = program.length, .filter = program.rules};
  checked((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter), "seccomp");
}
