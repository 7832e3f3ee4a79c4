# cmake --install: the program, its completions and manual page, the library with its header, the documents. cpack: the same
# as a Debian package or an archive.
include(GNUInstallDirs)

# The program itself writes the text of --help in other forms.
set(generated "${PROJECT_BINARY_DIR}/share")
set(bash_completion "${generated}/bash-completion/completions/satchel")
set(zsh_completion "${generated}/zsh/site-functions/_satchel")
set(fish_completion "${generated}/fish/vendor_completions.d/satchel.fish")
set(manual "${generated}/man/man1/satchel.1")
foreach(kind bash zsh fish)
  cmake_path(GET ${kind}_completion PARENT_PATH directory)
  add_custom_command(
    OUTPUT "${${kind}_completion}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${directory}"
    COMMAND satchel completion ${kind} > "${${kind}_completion}"
    DEPENDS satchel
    VERBATIM)
endforeach()
cmake_path(GET manual PARENT_PATH directory)
add_custom_command(
  OUTPUT "${manual}"
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${directory}"
  COMMAND satchel man > "${manual}"
  DEPENDS satchel
  VERBATIM)
add_custom_target(satchel_generated ALL
  DEPENDS "${bash_completion}" "${zsh_completion}" "${fish_completion}" "${manual}")

install(TARGETS satchel RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(TARGETS satchel_shared
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  PUBLIC_HEADER DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/satchel")
install(FILES "${bash_completion}" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
install(FILES "${zsh_completion}" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
install(FILES "${fish_completion}" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
install(FILES "${manual}" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES README.md CHANGELOG.md ARCHITECTURE.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}" FILES_MATCHING PATTERN "*.md")
# Relative to this file, so that the prefix given to `cmake --install` applies.
file(RELATIVE_PATH SATCHEL_PREFIX_FROM_PC "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
configure_file(packaging/satchel.pc.in "${PROJECT_BINARY_DIR}/satchel.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/satchel.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

set(CPACK_PACKAGE_NAME satchel)
set(CPACK_PACKAGE_VENDOR "satchel")
set(CPACK_PACKAGE_CONTACT "satchel <satchel@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Libraries loaded on demand cannot be found in the program; those that the modules are linked with can.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4, libarchive13, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
include(CPack)
