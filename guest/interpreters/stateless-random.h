/*
 * A source of random numbers for OpenSSL that keeps no state of its own: every byte comes from the kernel, whose
 * generator is reseeded by a fork. So there is nothing to reseed, whatever a forked process is in the middle of.
 * No C library and no headers of others: it loads into whatever libc a guest has.
 */
#include <stddef.h>

#define SYS_GETRANDOM 318
#define MAX_CHUNK_BYTES 256
#define EINTR 4

static long get_random(void *buffer, size_t bytes) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "0"(SYS_GETRANDOM), "D"(buffer), "S"(bytes), "d"(0)
                   : "rcx", "r11", "memory");
  return result;
}

static int take_bytes(unsigned char *buffer, int bytes) {
  while (bytes > 0) {
    long got = get_random(buffer, bytes < MAX_CHUNK_BYTES ? (size_t)bytes : MAX_CHUNK_BYTES);
    if (got == -EINTR) continue;
    if (got <= 0) return 0;
    buffer += got;
    bytes -= (int)got;
  }
  return 1;
}

static int take_seed(const void *buffer, int bytes) {
  (void)buffer;
  (void)bytes;
  return 1;
}

static int add_seed(const void *buffer, int bytes, double entropy_bytes) {
  (void)entropy_bytes;
  return take_seed(buffer, bytes);
}

static void clean_up(void) {}
static int status(void) { return 1; }

/* By RAND_set_rand_method(3). */
struct rand_method {
  int (*seed)(const void *, int);
  int (*bytes)(unsigned char *, int);
  void (*cleanup)(void);
  int (*add)(const void *, int, double);
  int (*pseudorand)(unsigned char *, int);
  int (*status)(void);
};

#define STATELESS_RANDOM {take_seed, take_bytes, clean_up, add_seed, take_bytes, status}
