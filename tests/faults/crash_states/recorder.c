/* Records, in their order, every call of a process that changes a file below one folder: what crash states are built from.
 *
 * Loaded with LD_PRELOAD under the unmodified program. STOREFLOOR_RECORD_FOLDER names the folder, STOREFLOOR_RECORD_TO
 * the file the records go to. One record is
 *
 *     op (1 byte) · inode (8) · offset or size (8) · length of the path (2) · length of the data (4) · path · data
 *
 * in the machine's byte order. The ops:
 *
 *     C  a name was created              W  bytes were written at an offset     T  the file was cut or grown to a size
 *     B  a sync of a file begins         S  the sync that began came back       U  a name was removed
 *     b  a sync of a folder begins       s  the sync that began came back       R  a name became the name in the data
 *
 * A call and its record are one step under one lock, so that the records of several threads stand in the order in which
 * the calls took effect. A sync is two records, because other threads write while it waits: only what was recorded
 * before its beginning is safe when it comes back. The -shm files are left out: after a power cut SQLite makes them anew.
 * A call that changes a file and that this recorder does not understand ends the process; a gap would prove nothing. */

#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096
#define TEXT 4096

struct known {
    char path[TEXT]; /* empty: not a file of ours */
    uint64_t inode;
    int is_folder;
};

static struct known *files;
static const char *folder;
static size_t folder_length;
static int record_to = -1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void die(const char *call)
{
    fprintf(stderr, "recorder: %s on a recorded file is not understood\n", call);
    abort();
}

__attribute__((constructor)) static void begin(void)
{
    const char *to = getenv("STOREFLOOR_RECORD_TO");
    folder = getenv("STOREFLOOR_RECORD_FOLDER");
    if (!folder || !to)
        return;
    folder_length = strlen(folder);
    files = calloc(FILES, sizeof *files);
    record_to = (int)syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (!files || record_to < 0)
        abort();
}

static void put(const void *bytes, size_t left)
{
    const char *at = bytes;
    while (left > 0) {
        long done = syscall(SYS_write, record_to, at, left);
        if (done <= 0)
            abort();
        at += done;
        left -= (size_t)done;
    }
}

static void record(char op, uint64_t inode, int64_t number, const char *path, const void *data, size_t length)
{
    char head[23];
    uint16_t path_length = (uint16_t)strlen(path);
    uint32_t data_length = (uint32_t)length;
    head[0] = op;
    memcpy(head + 1, &inode, 8);
    memcpy(head + 9, &number, 8);
    memcpy(head + 17, &path_length, 2);
    memcpy(head + 19, &data_length, 4);
    put(head, sizeof head);
    put(path, path_length);
    if (length)
        put(data, length);
}

static int is_ours(const char *path)
{
    size_t length = strlen(path);
    return record_to >= 0 && length < TEXT && !strncmp(path, folder, folder_length) && path[folder_length] == '/' &&
           !(length > 4 && !strcmp(path + length - 4, "-shm"));
}

static struct known *ours(int fd)
{
    return record_to >= 0 && fd >= 0 && fd < FILES && files[fd].path[0] ? &files[fd] : NULL;
}

static int opened(int at, const char *path, int flags, mode_t mode)
{
    char named[TEXT];
    struct stat seen;
    int known = record_to >= 0 && path[0] == '/' && (is_ours(path) || !strcmp(path, folder));
    if (!known)
        return (int)syscall(SYS_openat, at, path, flags, mode);
    if (flags & (O_SYNC | O_DSYNC) || (flags & O_TMPFILE) == O_TMPFILE)
        die("open with O_SYNC or O_TMPFILE");
    snprintf(named, sizeof named, "%s", path);
    pthread_mutex_lock(&lock);
    int was_there = syscall(SYS_newfstatat, AT_FDCWD, path, &seen, 0) == 0;
    int fd = (int)syscall(SYS_openat, at, path, flags, mode);
    int error = errno;
    if (fd >= FILES)
        die("open of so many files");
    if (fd >= 0 && fstat(fd, &seen) == 0) {
        strcpy(files[fd].path, named);
        files[fd].inode = seen.st_ino;
        files[fd].is_folder = S_ISDIR(seen.st_mode);
        if (!was_there)
            record('C', seen.st_ino, 0, named, NULL, 0);
        else if (flags & O_TRUNC)
            record('T', seen.st_ino, 0, named, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;                                        \
        va_end(more);                                                                                                  \
        return opened(AT_FDCWD, path, flags, mode);                                                                    \
    }
#define OPEN_AT(name)                                                                                                  \
    int name(int at, const char *path, int flags, ...)                                                                 \
    {                                                                                                                  \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;                                        \
        va_end(more);                                                                                                  \
        return opened(at, path, flags, mode);                                                                          \
    }
OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)

int close(int fd)
{
    if (!ours(fd))
        return (int)syscall(SYS_close, fd);
    pthread_mutex_lock(&lock);
    files[fd].path[0] = 0;
    int done = (int)syscall(SYS_close, fd);
    pthread_mutex_unlock(&lock);
    return done;
}

static ssize_t written_at(int fd, const void *bytes, size_t length, off_t offset)
{
    struct known *file = ours(fd);
    if (!file)
        return syscall(SYS_pwrite64, fd, bytes, length, offset);
    pthread_mutex_lock(&lock);
    ssize_t done = syscall(SYS_pwrite64, fd, bytes, length, offset);
    if (done > 0)
        record('W', file->inode, offset, file->path, bytes, (size_t)done);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    return written_at(fd, bytes, length, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset)
{
    return written_at(fd, bytes, length, offset);
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    struct known *file = ours(fd);
    if (!file)
        return syscall(SYS_write, fd, bytes, length);
    pthread_mutex_lock(&lock);
    ssize_t done = syscall(SYS_write, fd, bytes, length);
    if (done > 0)
        record('W', file->inode, lseek(fd, 0, SEEK_CUR) - done, file->path, bytes, (size_t)done);
    pthread_mutex_unlock(&lock);
    return done;
}

static int resized(int fd, off_t size)
{
    struct known *file = ours(fd);
    if (!file)
        return (int)syscall(SYS_ftruncate, fd, size);
    pthread_mutex_lock(&lock);
    int done = (int)syscall(SYS_ftruncate, fd, size);
    if (done == 0)
        record('T', file->inode, size, file->path, NULL, 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int fd, off_t size)
{
    return resized(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return resized(fd, size);
}

static int allocated(int fd, off_t offset, off_t length)
{
    struct known *file = ours(fd);
    struct stat seen;
    if (!file)
        return syscall(SYS_fallocate, fd, 0, offset, length) == 0 ? 0 : errno;
    pthread_mutex_lock(&lock);
    int error = syscall(SYS_fallocate, fd, 0, offset, length) == 0 ? 0 : errno;
    if (!error && fstat(fd, &seen) == 0)
        record('T', file->inode, seen.st_size, file->path, NULL, 0);
    pthread_mutex_unlock(&lock);
    return error;
}

int posix_fallocate(int fd, off_t offset, off_t length)
{
    return allocated(fd, offset, length);
}

int posix_fallocate64(int fd, off64_t offset, off64_t length)
{
    return allocated(fd, offset, length);
}

static int synced(int fd, long call)
{
    struct known *file = ours(fd);
    if (!file)
        return (int)syscall(call, fd);
    pthread_mutex_lock(&lock);
    record(file->is_folder ? 'b' : 'B', file->inode, fd, file->path, NULL, 0);
    pthread_mutex_unlock(&lock);
    int done = (int)syscall(call, fd);
    int error = errno;
    pthread_mutex_lock(&lock);
    if (done == 0)
        record(file->is_folder ? 's' : 'S', file->inode, fd, file->path, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int fsync(int fd)
{
    return synced(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return synced(fd, SYS_fdatasync);
}

static int removed(int at, const char *path, int flags)
{
    struct stat seen;
    if (record_to < 0 || !is_ours(path) || flags)
        return (int)syscall(SYS_unlinkat, at, path, flags);
    pthread_mutex_lock(&lock);
    uint64_t inode = syscall(SYS_newfstatat, AT_FDCWD, path, &seen, 0) == 0 ? seen.st_ino : 0;
    int done = (int)syscall(SYS_unlinkat, at, path, flags);
    int error = errno;
    if (done == 0)
        record('U', inode, 0, path, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int unlink(const char *path)
{
    return removed(AT_FDCWD, path, 0);
}

int unlinkat(int at, const char *path, int flags)
{
    return removed(at, path, flags);
}

static int renamed(int from_at, const char *from, int to_at, const char *to)
{
    struct stat seen;
    if (record_to < 0 || !is_ours(to))
        return (int)syscall(SYS_renameat2, from_at, from, to_at, to, 0);
    pthread_mutex_lock(&lock);
    int done = (int)syscall(SYS_renameat2, from_at, from, to_at, to, 0);
    int error = errno;
    if (done == 0 && syscall(SYS_newfstatat, AT_FDCWD, to, &seen, 0) == 0)
        record('R', seen.st_ino, 0, from, to, strlen(to));
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

int rename(const char *from, const char *to)
{
    return renamed(AT_FDCWD, from, AT_FDCWD, to);
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
    return renamed(from_at, from, to_at, to);
}

/* What nobody here uses today. */

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    if (ours(fd))
        die("writev");
    return syscall(SYS_writev, fd, parts, count);
}

int link(const char *from, const char *to)
{
    if (record_to >= 0 && is_ours(to))
        die("link");
    return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

static void *mapped(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
    if ((flags & MAP_SHARED) && (protection & PROT_WRITE) && ours(fd))
        die("a shared writable mapping");
    return (void *)syscall(SYS_mmap, at, length, protection, flags, fd, offset);
}

void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
    return mapped(at, length, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset)
{
    return mapped(at, length, protection, flags, fd, offset);
}
