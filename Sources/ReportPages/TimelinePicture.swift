// When checkpoints were taken, and how well each is known to come back: of one stage by phase, of all stages one below
// the other.

import Checkpoints
import FileSystem
import Formatting

enum TimelinePicture {
  private static let lane = 34.0

  /// A lane for each phase; the line leads through them in the order of time.
  static func phases(_ stage: StageReport) -> Markup {
    guard let scale = TimeScale(stage.checkpoints.map(\.takenAt)) else { return .nothing }
    let height = lane * Double(Phase.allCases.count)
    func down(_ phase: Phase) -> Double {
      lane * (Double(Phase.allCases.firstIndex(of: phase) ?? 0) + 0.5)
    }
    let names = Phase.allCases.map { phase -> Markup in
      "<text class=\"name\" x=\"0\" y=\"\(Scale.number(down(phase) + 4))\">\(phase.rawValue)</text>"
    }
    let path = stage.checkpoints.map {
      "\(Scale.number(scale.across($0.takenAt))) \(Scale.number(down($0.phase)))"
    }.joined(separator: "L")
    let field = PlotField(
      height: height, nameWidth: 84, names: names, grid: Phase.allCases.map(down),
      stretched: "<path class=\"thread\" d=\"M\(path)\"/>",
      marks: stage.checkpoints.map { mark($0, across: scale.across($0.takenAt), down: down($0.phase)) },
      description: "Checkpoints over time, by phase")
    return """
      <figure class="plot timeline">
      \(field.markup)\(scale.ends)\(legend(stage.checkpoints))</figure>

      """
  }

  /// A row for each stage, all on one scale.
  static func stages(_ stages: [StageReport]) -> Markup {
    let begun = stages.filter { !$0.checkpoints.isEmpty }
    guard let scale = TimeScale(begun.flatMap(\.checkpoints).map(\.takenAt)) else { return .nothing }
    let rows = begun.map { stage -> Markup in
      let places = stage.checkpoints.map { scale.across($0.takenAt) }
      let (first, last) = (places.first ?? 0, places.last ?? 0)
      let marks = zip(stage.checkpoints, places).map { mark($0, across: $1, down: 11) }
      return """
        <li><span class="label"><a href="#\(stage.slug)">\(stage.slug)</a></span> <span class="value">\(stage.phase?.rawValue ?? "")</span>
        <svg class="lane" width="100%" height="22" role="img" aria-label="Checkpoints of \(stage.slug) over time"><line class="grid" x1="0" y1="11" x2="100%" y2="11"/><line class="thread" x1="\(Scale.percent(first))" y1="11" x2="\(Scale.percent(last))" y2="11"/>\(marks)</svg></li>

        """
    }
    return """
      <figure class="bars lanes">
      <ul>
      \(rows)</ul>
      \(scale.ends)\(legend(begun.flatMap(\.checkpoints)))</figure>

      """
  }

  private static func mark(_ checkpoint: Report.Checkpoint, across: Double, down: Double) -> Markup {
    let title = "\(checkpoint.id), \(checkpoint.standing.state), \(Format.minute(checkpoint.takenAt))"
    let (x, y) = (Scale.percent(across), Scale.number(down))
    let ring: Markup = checkpoint.standing.isWarm ? "<use href=\"#ring\" x=\"\(x)\" y=\"\(y)\"/>" : .nothing
    return """
      \(ring)<use href="#\(Mark(checkpoint).rawValue)" x="\(x)" y="\(y)"><title>\(title)</title></use>

      """
  }

  /// How well it is known that a checkpoint comes back.
  private enum Mark: String, CaseIterable {
    case recorded, verified, proven, failed, damaged

    init(_ checkpoint: Report.Checkpoint) {
      let standing = checkpoint.standing
      self =
        !standing.problems.isEmpty
        ? .damaged
        : checkpoint.tests?.outcome.isFailure == true
          ? .failed : standing.proof != nil ? .proven : standing.verifiedAt != nil ? .verified : .recorded
    }

    var word: String { self == .failed ? "tests failed" : rawValue }

    /// Marks differ by shape, not only by colour.
    var shape: Markup {
      switch self {
      case .recorded: "<circle class=\"hollow\" r=\"4.5\"/>"
      case .verified: "<circle class=\"hollow\" r=\"4.5\"/><circle class=\"solid\" r=\"2\"/>"
      case .proven: "<circle class=\"solid\" r=\"5\"/>"
      case .failed: "<path class=\"bad\" d=\"M0-5.5L5.5 4.5H-5.5Z\"/>"
      case .damaged: "<path class=\"bad\" d=\"M-5-5L5 5M5-5L-5 5\"/>"
      }
    }
  }

  /// The definitions of the marks, once for each page.
  static var shapes: Markup {
    let marks = Mark.allCases.map { mark -> Markup in "<g id=\"\(mark.rawValue)\">\(mark.shape)</g>" }
    return """
      <svg class="shapes" width="0" height="0" aria-hidden="true"><defs>\(marks)<g id="ring"><circle class="warm" r="8.5"/></g></defs></svg>

      """
  }

  /// The legend, for the marks that a picture contains.
  private static func legend(_ checkpoints: [Report.Checkpoint]) -> Markup {
    func item(_ marks: [String], _ word: String) -> Markup {
      let uses = marks.map { mark -> Markup in "<use href=\"#\(mark)\" x=\"10\" y=\"10\"/>" }
      return """
        <span><svg width="20" height="20" aria-hidden="true">\(uses)</svg>\(word)</span>

        """
    }
    let used = Set(checkpoints.map { Mark($0) })
    let items = Mark.allCases.filter(used.contains).map { item([$0.rawValue], $0.word) }
    let isWarm = checkpoints.contains { $0.standing.isWarm }
    let warm: Markup = isWarm ? item(["ring", "proven"], "warm") : .nothing
    return "<p class=\"legend\">\(items)\(warm)</p>\n"
  }
}
