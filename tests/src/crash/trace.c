/* Loaded before the server's own libraries (LD_PRELOAD): writes down what is done to the files below
 * one folder, in order, and ends the process before a given step. What of it would be on a disk after
 * a power cut is decided elsewhere (disk.rs); the real sync is left away, since nobody cuts this power.
 *
 * It is C because it stands in the place of C functions, `open` with its variable arguments among
 * them; the workspace stays without unsafe Rust, and a C compiler is there wherever SQLite was built.
 *
 * TRACE_ROOT  the folder      TRACE_FILE    where to write      TRACE_STEPS   steps until the end; none: no end
 * TRACE_FAILS if set, the process goes on at the end of the steps, and every sync fails from then on
 *
 * A step: kind (1), length of the path (2), number (8), length of the data (4), path, data; all little-endian.
 * SQLite's -shm files are left out: they are made anew at each start. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { CREATE = 1, TRUNCATE, WRITE, SYNC, RENAME, UNLINK, MAKE_FOLDER };

#define FILES_MAX 1024
#define SYNC_US 300

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static char *paths[FILES_MAX];
static const char *root;
static size_t root_length;
static int out = -1;
static long steps = -1;
static int fails, failing;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *end = getenv("TRACE_STEPS");
    root = getenv("TRACE_ROOT");
    if (!root || !getenv("TRACE_FILE")) abort();
    root_length = strlen(root);
    if (end) steps = atol(end);
    fails = getenv("TRACE_FAILS") != NULL;
    out = REAL(open)(getenv("TRACE_FILE"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (out < 0) abort();
}

/* The path below the root; null if it is elsewhere or not of interest. */
static const char *below(const char *path) {
    size_t length = strlen(path);
    if (strncmp(path, root, root_length) != 0 || (path[root_length] != '/' && path[root_length] != 0)) return NULL;
    if (length > 4 && strcmp(path + length - 4, "-shm") == 0) return NULL;
    return path[root_length] ? path + root_length + 1 : path + root_length;
}

static const char *of(int file) { return file >= 0 && file < FILES_MAX ? paths[file] : NULL; }

/* Before a step: the end may have come. */
static void enter(void) {
    pthread_mutex_lock(&gate);
    if (steps < 0 || steps-- > 0) return;
    if (fails) failing = 1;
    else {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
}

static void leave(void) {
    int error = errno;
    pthread_mutex_unlock(&gate);
    errno = error;
}

static void note(enum kind kind, const char *path, uint64_t number, const void *data, size_t length) {
    uint8_t head[15];
    uint16_t path_length = strlen(path);
    uint32_t data_length = length;
    head[0] = kind;
    memcpy(head + 1, &path_length, 2);
    memcpy(head + 3, &number, 8);
    memcpy(head + 11, &data_length, 4);
    struct iovec parts[3] = {{head, sizeof head}, {(void *)path, path_length}, {(void *)data, length}};
    if (REAL(writev)(out, parts, 3) != (ssize_t)(sizeof head + path_length + length)) abort();
}

static int opened(const char *path, int flags, mode_t mode) {
    const char *name = below(path);
    struct stat there;
    if (!name) return REAL(open)(path, flags, mode);
    enter();
    int was_there = stat(path, &there) == 0;
    int file = REAL(open)(path, flags, mode);
    if (file >= 0 && file < FILES_MAX) {
        if (!was_there) note(CREATE, name, 0, NULL, 0);
        else if (flags & O_TRUNC) note(TRUNCATE, name, 0, NULL, 0);
        free(paths[file]);
        paths[file] = strdup(name);
    }
    leave();
    return file;
}

#define OPEN(name)                                     \
    int name(const char *path, int flags, ...) {       \
        va_list rest;                                  \
        va_start(rest, flags);                         \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                  \
        return opened(path, flags, mode);              \
    }
OPEN(open)
OPEN(open64)

int close(int file) {
    if (of(file)) {
        pthread_mutex_lock(&gate);
        free(paths[file]);
        paths[file] = NULL;
        leave();
    }
    return REAL(close)(file);
}

ssize_t write(int file, const void *data, size_t length) {
    if (!of(file)) return REAL(write)(file, data, length);
    enter();
    int append = fcntl(file, F_GETFL) & O_APPEND;
    off_t at = lseek(file, 0, append ? SEEK_END : SEEK_CUR);
    ssize_t written = REAL(write)(file, data, length);
    if (written > 0) note(WRITE, paths[file], at, data, written);
    leave();
    return written;
}

#define PWRITE(name, type)                                                   \
    ssize_t name(int file, const void *data, size_t length, type at) {       \
        if (!of(file)) return REAL(name)(file, data, length, at);            \
        enter();                                                             \
        ssize_t written = REAL(name)(file, data, length, at);                \
        if (written > 0) note(WRITE, paths[file], at, data, written);        \
        leave();                                                             \
        return written;                                                      \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define TRUNCATE_TO(name, type)                                    \
    int name(int file, type length) {                              \
        if (!of(file)) return REAL(name)(file, length);            \
        enter();                                                   \
        int failed = REAL(name)(file, length);                     \
        if (!failed) note(TRUNCATE, paths[file], length, NULL, 0); \
        leave();                                                   \
        return failed;                                             \
    }
TRUNCATE_TO(ftruncate, off_t)
TRUNCATE_TO(ftruncate64, off64_t)

/* What was written before it is on the disk from here on; the caller hears of it a little later. */
#define SYNC_FILE(name)                              \
    int name(int file) {                             \
        if (!of(file)) return REAL(name)(file);      \
        enter();                                     \
        int failed = failing;                        \
        if (!failed) note(SYNC, paths[file], 0, NULL, 0); \
        leave();                                     \
        usleep(SYNC_US);                             \
        if (failed) errno = EIO;                     \
        return failed ? -1 : 0;                      \
    }
SYNC_FILE(fsync)
SYNC_FILE(fdatasync)

int rename(const char *from, const char *to) {
    const char *old = below(from), *new = below(to);
    if (!old || !new) return REAL(rename)(from, to);
    enter();
    int failed = REAL(rename)(from, to);
    if (!failed) note(RENAME, old, 0, new, strlen(new));
    leave();
    return failed;
}

#define ONE_PATH(name, kind)                            \
    int name(const char *path) {                        \
        const char *known = below(path);                \
        if (!known) return REAL(name)(path);            \
        enter();                                        \
        int failed = REAL(name)(path);                  \
        if (!failed) note(kind, known, 0, NULL, 0);     \
        leave();                                        \
        return failed;                                  \
    }
ONE_PATH(unlink, UNLINK)
ONE_PATH(rmdir, UNLINK)

int mkdir(const char *path, mode_t mode) {
    const char *known = below(path);
    if (!known) return REAL(mkdir)(path, mode);
    enter();
    int failed = REAL(mkdir)(path, mode);
    if (!failed) note(MAKE_FOLDER, known, 0, NULL, 0);
    leave();
    return failed;
}
