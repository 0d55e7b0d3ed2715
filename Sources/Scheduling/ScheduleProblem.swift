// Why a schedule cannot be installed, removed or run.

import Checkpoints
import FileSystem

package enum ScheduleProblem: Error, Sendable, CustomStringConvertible {
  /// A crontab and a unit have one line for it.
  case unwritable(BytePath)
  /// The user has changed what was written.
  case edited(place: String)
  /// The program that keeps the schedule is not there.
  case missing(program: String)
  case refused(program: String, String)
  /// Other programs keep changing the crontab.
  case unsteady
  case nothing
  case notRoot
  case underWay(ScheduledJob)

  package var description: String {
    switch self {
    case .unwritable(let path):
      "\(path) cannot be scheduled: its name has a line break or another control character"
    case .edited(let place): "\(place) was edited by hand, so it is left as it is"
    case .missing(let program): "there is no program \(program)"
    case .refused(let program, let why): "\(program) refused: \(why)"
    case .unsteady: "another program keeps changing the crontab"
    case .nothing: "the settings schedule no job"
    case .notRoot: "only root can install timers for the whole system"
    case .underWay(let job): "the scheduled \(job.rawValue) of before is still at work"
    }
  }
}
