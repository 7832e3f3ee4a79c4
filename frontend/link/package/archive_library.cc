#include "frontend/link/package/archive_library.h"

#include "base/shared_library.h"

namespace satchel {
namespace {

const LibraryFunctions<LibArchiveLibrary>& ArchiveFunctions() {
  static const LibraryFunctions<LibArchiveLibrary> loaded(
      SATCHEL_LIBARCHIVE_SONAME,
      "packages are unpacked with libarchive 3.6 or later: install it (in "
      "Debian: apt install libarchive13)",
      [](SharedLibrary& library, LibArchiveLibrary& archive) {
        library.Find("archive_read_free", &archive.read_free);
        library.Find("archive_errno", &archive.error_number);
        library.Find("archive_error_string", &archive.error_string);
        library.Find("archive_read_next_header", &archive.read_next_header);
        library.Find("archive_entry_pathname_utf8", &archive.entry_pathname_utf8);
        library.Find("archive_entry_pathname", &archive.entry_pathname);
        library.Find("archive_entry_hardlink_utf8", &archive.entry_hardlink_utf8);
        library.Find("archive_entry_hardlink", &archive.entry_hardlink);
        library.Find("archive_entry_filetype", &archive.entry_filetype);
        library.Find("archive_entry_symlink_utf8", &archive.entry_symlink_utf8);
        library.Find("archive_entry_symlink", &archive.entry_symlink);
        library.Find("archive_entry_size", &archive.entry_size);
        library.Find("archive_entry_perm", &archive.entry_perm);
        library.Find("archive_entry_mtime_is_set", &archive.entry_mtime_is_set);
        library.Find("archive_entry_mtime", &archive.entry_mtime);
        library.Find("archive_entry_mtime_nsec", &archive.entry_mtime_nsec);
        library.Find("archive_read_data_block", &archive.read_data_block);
        library.Find("archive_set_error", &archive.set_error);
        library.Find("archive_read_new", &archive.read_new);
        library.Find("archive_read_support_format_tar", &archive.read_support_format_tar);
        library.Find("archive_read_support_filter_bzip2", &archive.read_support_filter_bzip2);
        library.Find("archive_read_support_filter_zstd", &archive.read_support_filter_zstd);
        library.Find("archive_read_open", &archive.read_open);
        library.Find("archive_read_set_read_callback", &archive.read_set_read_callback);
        library.Find("archive_read_set_seek_callback", &archive.read_set_seek_callback);
        library.Find("archive_read_set_callback_data", &archive.read_set_callback_data);
        library.Find("archive_read_open1", &archive.read_open1);
        library.Find("archive_read_support_format_zip", &archive.read_support_format_zip);
        return library.status();
      });
  return loaded;
}

}  // namespace

absl::Status LoadLibArchive() {
  return ArchiveFunctions().status();
}

const LibArchiveLibrary& LibArchive() {
  return ArchiveFunctions().functions();
}

}  // namespace satchel
