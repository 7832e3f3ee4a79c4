#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "absl/status/statusor.h"

namespace satchel {

// The functions of libarchive that satchel calls; loaded when the first package is unpacked.
struct LibArchiveLibrary {
  decltype(&archive_read_free) read_free;
  decltype(&archive_errno) error_number;
  decltype(&archive_error_string) error_string;
  decltype(&archive_read_next_header) read_next_header;
  decltype(&archive_entry_pathname_utf8) entry_pathname_utf8;
  decltype(&archive_entry_pathname) entry_pathname;
  decltype(&archive_entry_hardlink_utf8) entry_hardlink_utf8;
  decltype(&archive_entry_hardlink) entry_hardlink;
  decltype(&archive_entry_filetype) entry_filetype;
  decltype(&archive_entry_symlink_utf8) entry_symlink_utf8;
  decltype(&archive_entry_symlink) entry_symlink;
  decltype(&archive_entry_size) entry_size;
  decltype(&archive_entry_perm) entry_perm;
  decltype(&archive_entry_mtime_is_set) entry_mtime_is_set;
  decltype(&archive_entry_mtime) entry_mtime;
  decltype(&archive_entry_mtime_nsec) entry_mtime_nsec;
  decltype(&archive_read_data_block) read_data_block;
  decltype(&archive_set_error) set_error;
  decltype(&archive_read_new) read_new;
  decltype(&archive_read_support_format_tar) read_support_format_tar;
  decltype(&archive_read_support_filter_bzip2) read_support_filter_bzip2;
  decltype(&archive_read_support_filter_zstd) read_support_filter_zstd;
  decltype(&archive_read_open) read_open;
  decltype(&archive_read_set_read_callback) read_set_read_callback;
  decltype(&archive_read_set_seek_callback) read_set_seek_callback;
  decltype(&archive_read_set_callback_data) read_set_callback_data;
  decltype(&archive_read_open1) read_open1;
  decltype(&archive_read_support_format_zip) read_support_format_zip;
};

// Loads it at the first call; it stays until the process ends. Thread-safe. Errors: kUnavailable,
// with what to install.
[[nodiscard]] absl::Status LoadLibArchive();

// Requires: LoadLibArchive() was successful.
const LibArchiveLibrary& LibArchive();

}  // namespace satchel
