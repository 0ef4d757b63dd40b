/* A disk of STOREFLOOR_DISK_BYTES at the folder STOREFLOOR_DISK: a write that would make its files larger than that in all
   is refused with ENOSPC, and statvfs says what is left. Deleting a file gives its room back. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static const char *disk(void) { return getenv("STOREFLOOR_DISK"); }
static long long size(void) { return atoll(getenv("STOREFLOOR_DISK_BYTES")); }

static long long used(void) {
  long long sum = 0;
  char path[4096];
  struct stat file;
  DIR *folder = opendir(disk());
  struct dirent *entry;
  if (!folder) return 0;
  while ((entry = readdir(folder))) {
    snprintf(path, sizeof path, "%s/%s", disk(), entry->d_name);
    if (!stat(path, &file) && S_ISREG(file.st_mode)) sum += file.st_size;
  }
  closedir(folder);
  return sum;
}

static int lies_here(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0 || !disk()) return 0;
  path[length] = 0;
  return !strncmp(path, disk(), strlen(disk())) && path[strlen(disk())] == '/';
}

static int fits(int fd, long long end) {
  struct stat file;
  if (!lies_here(fd) || fstat(fd, &file) || end <= file.st_size) return 1;
  if (used() + end - file.st_size <= size()) return 1;
  errno = ENOSPC;
  return 0;
}

ssize_t write(int fd, const void *from, size_t count) {
  long long at = lies_here(fd) ? lseek(fd, 0, SEEK_CUR) : -1;
  if (at >= 0 && !fits(fd, at + (long long)count)) return -1;
  return REAL(write)(fd, from, count);
}
ssize_t pwrite(int fd, const void *from, size_t count, off_t at) {
  return fits(fd, at + (long long)count) ? REAL(pwrite)(fd, from, count, at) : -1;
}
ssize_t pwrite64(int fd, const void *from, size_t count, off64_t at) {
  return fits(fd, at + (long long)count) ? REAL(pwrite64)(fd, from, count, at) : -1;
}
int ftruncate(int fd, off_t end) { return fits(fd, end) ? REAL(ftruncate)(fd, end) : -1; }
int ftruncate64(int fd, off64_t end) { return fits(fd, end) ? REAL(ftruncate64)(fd, end) : -1; }

static long long left(void) { return size() > used() ? size() - used() : 0; }
static int ours(const char *path) { return disk() && !strncmp(path, disk(), strlen(disk())); }

int statvfs(const char *path, struct statvfs *said) {
  int result = REAL(statvfs)(path, said);
  if (!result && ours(path)) said->f_bavail = said->f_bfree = (fsblkcnt_t)(left() / (long long)said->f_frsize);
  return result;
}
int statvfs64(const char *path, struct statvfs64 *said) {
  int result = REAL(statvfs64)(path, said);
  if (!result && ours(path)) said->f_bavail = said->f_bfree = (fsblkcnt64_t)(left() / (long long)said->f_frsize);
  return result;
}
