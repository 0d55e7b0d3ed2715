// What we use of libarchive 3. A function that is not in this list is missed by the linker.

#include "CLibArchive.h"
#include "CLateLibrary.h"

#define LIBRARY "libarchive.so.13"
#define LATE(result, name, parameters, arguments) LATE_FUNCTION(LIBRARY, result, name, parameters, arguments)

LATE_LIBRARY(LIBRARY, "tar archives")

const char *CLibArchiveProblem(void) { return late_problem(LIBRARY); }

typedef struct archive Archive;
typedef struct archive_entry Entry;

// Reading
LATE(Archive *, archive_read_new, (void), ())
LATE(int, archive_read_support_filter_none, (Archive * archive), (archive))
LATE(int, archive_read_support_format_tar, (Archive * archive), (archive))
LATE(
    int, archive_read_open,
    (Archive * archive, void *context, archive_open_callback *open, archive_read_callback *read,
     archive_close_callback *close),
    (archive, context, open, read, close))
LATE(int, archive_read_next_header, (Archive * archive, Entry **entry), (archive, entry))
LATE(la_ssize_t, archive_read_data, (Archive * archive, void *bytes, size_t count), (archive, bytes, count))
LATE(int, archive_read_free, (Archive * archive), (archive))
LATE(const char *, archive_error_string, (Archive * archive), (archive))

// Writing
LATE(Archive *, archive_write_new, (void), ())
LATE(int, archive_write_add_filter_none, (Archive * archive), (archive))
LATE(int, archive_write_set_format_gnutar, (Archive * archive), (archive))
LATE(int, archive_write_set_bytes_per_block, (Archive * archive, int count), (archive, count))
LATE(int, archive_write_set_bytes_in_last_block, (Archive * archive, int count), (archive, count))
LATE(
    int, archive_write_open,
    (Archive * archive, void *context, archive_open_callback *open, archive_write_callback *write,
     archive_close_callback *close),
    (archive, context, open, write, close))
LATE(int, archive_write_header, (Archive * archive, Entry *entry), (archive, entry))
LATE(la_ssize_t, archive_write_data, (Archive * archive, const void *bytes, size_t count), (archive, bytes, count))
LATE(int, archive_write_close, (Archive * archive), (archive))
LATE(int, archive_write_fail, (Archive * archive), (archive))
LATE(int, archive_write_free, (Archive * archive), (archive))

// Entries
LATE(Entry *, archive_entry_new, (void), ())
LATE(void, archive_entry_free, (Entry * entry), (entry))
LATE(const char *, archive_entry_pathname, (Entry * entry), (entry))
LATE(void, archive_entry_copy_pathname, (Entry * entry, const char *path), (entry, path))
LATE(const char *, archive_entry_hardlink, (Entry * entry), (entry))
LATE(const char *, archive_entry_symlink, (Entry * entry), (entry))
LATE(void, archive_entry_copy_symlink, (Entry * entry, const char *target), (entry, target))
LATE(__LA_MODE_T, archive_entry_filetype, (Entry * entry), (entry))
LATE(void, archive_entry_set_filetype, (Entry * entry, unsigned int type), (entry, type))
LATE(__LA_MODE_T, archive_entry_perm, (Entry * entry), (entry))
LATE(void, archive_entry_set_perm, (Entry * entry, __LA_MODE_T mode), (entry, mode))
LATE(la_int64_t, archive_entry_size, (Entry * entry), (entry))
LATE(void, archive_entry_set_size, (Entry * entry, la_int64_t size), (entry, size))
LATE(void, archive_entry_set_mtime, (Entry * entry, time_t seconds, long nanoseconds), (entry, seconds, nanoseconds))
