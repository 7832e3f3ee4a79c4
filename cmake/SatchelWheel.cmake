# The layout of the wheel, where scikit-build-core runs CMake (pyproject.toml): the program in the environment's bin, its modules
# in lib/satchel beside that, where it looks for them (base/module.h), and libsatchel in the Python package.
function(satchel_wheel program library)  # MODULES...
  install(PROGRAMS "${program}" DESTINATION "${SKBUILD_SCRIPTS_DIR}" COMPONENT python)
  install(PROGRAMS ${ARGN} DESTINATION "${SKBUILD_DATA_DIR}/lib/satchel" COMPONENT python)
  # Under its soname: a wheel has no symbolic links.
  install(PROGRAMS "${library}" DESTINATION satchel RENAME libsatchel.so.1 COMPONENT python)
endfunction()
