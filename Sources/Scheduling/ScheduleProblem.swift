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
  /// The store, or what is in it, can be changed by another user.
  case foreign(BytePath)
  case exposed(BytePath)
  case longJitter(ScheduledJob)
  case underWay(ScheduledJob)

  package var description: String {
    switch self {
    case .unwritable(let path):
      "\(path) cannot be scheduled: its name has a backslash or a control character, or is not UTF-8"
    case .edited(let place): "\(place) was edited by hand, so it is left as it is"
    case .missing(let program): "there is no program \(program)"
    case .refused(let program, let why): "\(program) refused: \(why)"
    case .unsteady: "another program keeps changing the crontab"
    case .nothing: "the settings schedule no job"
    case .notRoot: "only root can install timers for the whole system"
    case .foreign(let path): "\(path) belongs to another user, who could change what your clock runs"
    case .exposed(let path): "other users can write to \(path), and could change what your clock runs"
    case .longJitter(let job): "the jitter of \(job.rawValue) is longer than a day"
    case .underWay(let job): "the scheduled \(job.rawValue) of before is still at work"
    }
  }
}
