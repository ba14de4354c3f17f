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

enum { LINE_BYTES = PATH_MAX + 16, REPORT_MS = 10000, CHECK_NS = 200000 };

enum state { UNDER_WAY, LISTENING, FAILED };

/* What a copy tells of itself, in memory that both see until then. */
struct report {
  atomic_int state;
  char reason[REASON_BYTES];
};

struct order {
  const char *from;
  const char *to;
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

static void become(void *context) {
  struct order *order = context;
  char reason[REASON_BYTES] = "";
  close(CONTROL_FD);
  setsid();
  if (!confine_copy()) explain(reason, "seccomp");
  else if (take_descriptors(order->from, order->to, report_listening, order, reason)) return;
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

static void fork_to(const char *from, const char *to) {
  struct report *copy = mmap(NULL, sizeof *copy, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  char reason[REASON_BYTES];
  if (copy == MAP_FAILED) return explain(reason, "mmap"), tell_failure(reason);
  struct order order = {.from = from, .to = to, .report = copy};
  const pid_t pid = copy_process(become, &order);
  if (pid < 0) {
    explain(reason, "fork");
    tell_failure(reason);
  } else if (wait_for_report(copy, pid) == LISTENING) {
    char line[64] = "forked ";
    append_number(line, sizeof line, pid);
    append(line, sizeof line, "\n");
    tell(line);
  } else {
    /* Nothing of it may come into being after the answer. */
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    tell_failure(copy->reason[0] == '\0' ? "the copy ended, or did not answer in time" : copy->reason);
  }
  munmap(copy, sizeof *copy);
}

static void obey(const char *from, char *line) {
  static const char verb[] = "fork ";
  if (strncmp(line, verb, sizeof verb - 1) == 0) fork_to(from, line + sizeof verb - 1);
  else tell_failure("not an order");
}

/* Takes whole lines from the front of `text`, and gives how much is left. */
static size_t obey_lines(const char *from, char *text, size_t length) {
  char *line = text;
  for (char *end; (end = memchr(line, '\n', length - (size_t)(line - text))) != NULL; line = end + 1) {
    *end = '\0';
    obey(from, line);
  }
  const size_t left = length - (size_t)(line - text);
  memmove(text, line, left);
  return left;
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
  static char from[PATH_MAX], text[LINE_BYTES];
  if (getcwd(from, sizeof from) == NULL) _exit(EXIT_FAILURE);
  tell("ready\n");
  for (size_t length = 0;;) {
    struct pollfd wanted = {.fd = CONTROL_FD, .events = POLLIN};
    const int ready = ppoll(&wanted, 1, NULL, &while_waiting);
    reap();
    if (ready < 0) continue;
    const ssize_t count = read(CONTROL_FD, text + length, sizeof text - length);
    if (count <= 0) _exit(EXIT_SUCCESS);
    length = obey_lines(from, text, length + (size_t)count);
  }
}
