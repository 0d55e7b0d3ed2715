// What glibc hides from Swift's Glibc module because it is built without _GNU_SOURCE.
#include <malloc.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/xattr.h>

extern int syncfs(int descriptor);
extern int pipe2(int descriptors[2], int flags);
extern int memfd_create(const char *name, unsigned int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
extern int sync_file_range(int descriptor, int64_t offset, int64_t count, unsigned int flags);

// POSIX_SPAWN_SETSID of <spawn.h>
static const int16_t shim_posix_spawn_setsid = 0x80;
// O_PATH of <fcntl.h>
static const int shim_open_path = 010000000;
// MFD_CLOEXEC of <linux/memfd.h>
static const unsigned int shim_memory_close_on_exec = 1;
// SYNC_FILE_RANGE_WRITE of <linux/fs.h>
static const unsigned int shim_sync_file_range_write = 2;
