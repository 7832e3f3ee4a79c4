#include "solver/cryptominisat_library.h"

#include "base/shared_library.h"

namespace satchel {
const CryptoMiniSatLibrary& CryptoMiniSat() {
  static const LibraryFunctions<CryptoMiniSatLibrary> loaded(
      SATCHEL_CRYPTOMINISAT_SONAME,
      "hard requests are solved with CryptoMiniSat: install it (in Debian: apt "
      "install libcryptominisat5-5.11)",
      [](SharedLibrary& library, CryptoMiniSatLibrary& cms) {
        // The names say the types of the arguments, so another interface is not found.
        library.Find("_ZN5CMSat9SATSolverC1EPvPSt6atomicIbE", &cms.construct);
        library.Find("_ZN5CMSat9SATSolverD1Ev", &cms.destroy);
        library.Find("_ZNK5CMSat9SATSolver5nVarsEv", &cms.num_variables);
        library.Find("_ZN5CMSat9SATSolver8new_varsEm", &cms.new_variables);
        library.Find("_ZN5CMSat9SATSolver10add_clauseERKSt6vectorINS_3LitESaIS2_EE",
                     &cms.add_clause);
        library.Find("_ZN5CMSat9SATSolver5solveEPKSt6vectorINS_3LitESaIS2_EEb", &cms.solve);
        library.Find("_ZNK5CMSat9SATSolver9get_modelEv", &cms.model);
        library.Find("_ZNK5CMSat9SATSolver12get_conflictEv", &cms.conflict);
        library.Find("_ZN5CMSat9SATSolver13set_max_conflEm", &cms.set_max_conflicts);
        library.Find("_ZN5CMSat9SATSolver16set_up_for_arjunEv", &cms.set_up_for_arjun);
        library.Find("_ZN5CMSat9SATSolver17set_polarity_modeENS_12PolarityModeE",
                     &cms.set_polarity_mode);
        library.Find("_ZN5CMSat9SATSolver8set_fratEP8_IO_FILE", &cms.set_frat);
        library.EndProcessIfMissing();
        return library.status();
      });
  return loaded.functions();
}

}  // namespace satchel
