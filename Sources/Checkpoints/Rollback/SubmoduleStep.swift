// What there is to restore in a submodule, checked; nothing is changed.

import Git

struct SubmoduleStep {
  let submodule: Submodule
  let from: RecordedState
  let to: RecordedState
  let plan: RestorePlan
}
