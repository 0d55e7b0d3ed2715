// libarchive, by its own declarations.

#pragma once

#include <archive.h>
#include <archive_entry.h>

// Why libarchive cannot be loaded; NULL if it can.
const char *CLibArchiveProblem(void);
