#define _GNU_SOURCE
#include "zygote.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 64, REPORT_MS = 10000, CHECK_NS = 200000 };

enum state { UNDER_WAY, LISTENING, FAILED };

/* What a copy tells of itself, in memory that both see until then. */
struct report {
  atomic_int state;
  char reason[REASON_BYTES];
};

struct order {
  /* HANDED descriptors. */
  const int *handed;
  char reason[REASON_BYTES];
  /* NULL once it was made. */
  struct report *report;
};

static void tell(const char *line) {
  /* A daemon that has gone is noticed when the next order is read. */
  if (send(CONTROL_FD, line, strlen(line), MSG_NOSIGNAL) < 0) return;
}

static void tell_end(pid_t pid, int status) {
  char line[64] = "ended ";
  append_number(line, sizeof line, pid);
  append(line, sizeof line, WIFSIGNALED(status) ? " signal " : " code ");
  append_number(line, sizeof line, WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  append(line, sizeof line, "\n");
  tell(line);
}

static void tell_failure(const char *reason) {
  char line[REASON_BYTES + 16] = "failed ";
  append(line, sizeof line, reason);
  append(line, sizeof line, "\n");
  tell(line);
}

static void reap(void) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) tell_end(pid, status);
}

/* From here on the copy shares nothing with the zygote. */
static void report(struct order *order, enum state state, const char *reason) {
  append(order->report->reason, REASON_BYTES, reason);
  atomic_store(&order->report->state, state);
  munmap(order->report, sizeof *order->report);
  order->report = NULL;
}

static void report_listening(void *order) { report(order, LISTENING, ""); }

static bool prepare(void *context) {
  struct order *order = context;
  close_pagemap();
  return list_descriptors(order->handed, order->reason);
}

static void become(void *context) {
  struct order *order = context;
  char reason[REASON_BYTES] = "";
  close(CONTROL_FD);
  setsid();
  if (!confine_copy()) explain(reason, "seccomp");
  else if (take_descriptors(order->handed, report_listening, order, reason)) return;
  if (order->report != NULL) report(order, FAILED, reason);
  _exit(EXIT_FAILURE);
}

static bool has_ended(pid_t pid) {
  siginfo_t info = {0};
  return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

static enum state wait_for_report(struct report *copy, pid_t pid) {
  const struct timespec pause = {.tv_nsec = CHECK_NS};
  for (long waited = 0; waited < REPORT_MS * 1000000L; waited += CHECK_NS) {
    const enum state state = (enum state)atomic_load(&copy->state);
    if (state != UNDER_WAY) return state;
    if (has_ended(pid)) return FAILED;
    nanosleep(&pause, NULL);
  }
  return FAILED;
}

static void tell_copy(pid_t pid) {
  char line[64] = "forked ";
  append_number(line, sizeof line, pid);
  append(line, sizeof line, "\n");
  tell(line);
}

static void close_handed(const int *handed) {
  for (int index = 0; index < HANDED; ++index) close(handed[index]);
}

static void make_copy(const int *handed) {
  static const struct steps steps = {.prepare = prepare, .become = become};
  struct report *copy = mmap(NULL, sizeof *copy, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  struct order order = {.handed = handed, .reason = "", .report = copy};
  if (copy == MAP_FAILED) return explain(order.reason, "mmap"), close_handed(handed), tell_failure(order.reason);
  const pid_t pid = copy_process(&steps, &order);
  /* Whoever is told of the copy finds what it has in nobody else's hands. */
  const int why = errno;
  close_handed(handed);
  errno = why;
  if (pid <= 0) {
    if (pid < 0) explain(order.reason, "fork");
    tell_failure(order.reason);
  } else if (wait_for_report(copy, pid) == LISTENING) {
    tell_copy(pid);
  } else {
    /* Nothing of it may come into being after the answer. */
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    tell_failure(copy->reason[0] == '\0' ? "the copy ended, or did not answer in time" : copy->reason);
  }
  munmap(copy, sizeof *copy);
}

static bool settle(void *unused) {
  (void)unused;
  settle_memory();
  return false;
}

static void settle_once(void) {
  static const struct steps steps = {.prepare = settle};
  copy_process(&steps, NULL);
  tell("settled\n");
}

/* Reads an order, and what is handed over with one for a copy. Gives false at the end. */
static bool receive(int *handed, bool *is_for_copy) {
  char text[LINE_BYTES];
  char control[CMSG_SPACE(HANDED * sizeof(int))];
  struct iovec line = {.iov_base = text, .iov_len = sizeof text};
  struct msghdr message = {.msg_iov = &line, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  if (recvmsg(CONTROL_FD, &message, MSG_CMSG_CLOEXEC) <= 0) return false;
  const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  *is_for_copy = header != NULL && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN(HANDED * sizeof(int));
  if (*is_for_copy) memcpy(handed, CMSG_DATA(header), HANDED * sizeof(int));
  return true;
}

static bool obey(void) {
  int handed[HANDED];
  bool is_for_copy;
  if (!receive(handed, &is_for_copy)) return false;
  if (!is_for_copy) return settle_once(), true;
  make_copy(handed);
  return true;
}

static void ignore(int signal) { (void)signal; }

/* SIGCHLD is blocked in every thread, and comes in here while orders are waited for. */
static void prepare_reaping(sigset_t *while_waiting) {
  struct sigaction action = {.sa_handler = ignore};
  sigaction(SIGCHLD, &action, NULL);
  sigfillset(while_waiting);
  pthread_sigmask(SIG_SETMASK, while_waiting, NULL);
  sigdelset(while_waiting, SIGCHLD);
}

void *serve_control(void *unused) {
  (void)unused;
  sigset_t while_waiting;
  prepare_reaping(&while_waiting);
  tell("ready\n");
  for (;;) {
    struct pollfd wanted = {.fd = CONTROL_FD, .events = POLLIN};
    const int ready = ppoll(&wanted, 1, NULL, &while_waiting);
    reap();
    if (ready > 0 && !obey()) _exit(EXIT_SUCCESS);
  }
}
