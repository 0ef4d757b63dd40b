/* Counts every fsync and fdatasync of this process and its children, and lets each take longer when asked to.
   The file named by STOREFLOOR_SYNCS holds two 64-bit numbers: how many so far, and microseconds added to each. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct shared {
  uint64_t count;
  uint64_t delay_us;
};
static struct shared *shared;

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("STOREFLOOR_SYNCS");
  int file = path ? open(path, O_RDWR) : -1;
  if (file < 0) return;
  void *at = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (at != MAP_FAILED) shared = at;
  close(file);
}

static int synced(const char *name, int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  int result = real(file);
  if (shared) {
    __atomic_add_fetch(&shared->count, 1, __ATOMIC_SEQ_CST);
    uint64_t wait_us = __atomic_load_n(&shared->delay_us, __ATOMIC_SEQ_CST);
    struct timespec wait = {(time_t)(wait_us / 1000000), (long)(wait_us % 1000000) * 1000};
    if (wait_us) nanosleep(&wait, NULL);
  }
  return result;
}

int fsync(int file) { return synced("fsync", file); }
int fdatasync(int file) { return synced("fdatasync", file); }
