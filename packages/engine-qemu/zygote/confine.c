#define _GNU_SOURCE
#include "zygote.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
/* `then` and `otherwise` count the rules that are passed over. */
#define IF_EQUAL(value, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (then), (otherwise))
#define IF_ANY_BIT(bits, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), (then), (otherwise))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))

/*
 * A copy makes threads, and neither processes nor sessions. The C library falls back to clone(2) where clone3(2) is
 * missing, whose flags a filter cannot read. Other programs are denied by QEMU's own filter, in force all along.
 */
bool confine_copy(void) {
  struct sock_filter rules[] = {
      LOAD(arch),
      IF_EQUAL(AUDIT_ARCH_X86_64, 0, 8),
      LOAD(nr),
      IF_EQUAL(SYS_clone3, 5, 0),
      IF_EQUAL(SYS_setsid, 5, 0),
      IF_EQUAL(SYS_clone, 0, 2),
      LOAD(args[0]),
      IF_ANY_BIT(CLONE_THREAD, 0, 2),
      RETURN(SECCOMP_RET_ALLOW),
      RETURN(SECCOMP_RET_ERRNO | ENOSYS),
      RETURN(SECCOMP_RET_KILL_PROCESS),
  };
  const struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}
