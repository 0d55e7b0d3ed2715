// A figure with its name above it.

import Checkpoints

/// A figure with its name above it and what it means below.
struct Tile {
  var name: String
  var value: Markup
  var note: Markup

  init(_ name: String, _ value: Markup, _ note: Markup = .nothing) {
    (self.name, self.value, self.note) = (name, value, note)
  }

  static func grid(_ tiles: [Tile]) -> Markup {
    let items = tiles.map { tile -> Markup in
      """
      <li><span class="name">\(tile.name)</span> <b>\(tile.value)</b> \(tile.note.isEmpty ? .nothing : "<span class=\"note\">\(tile.note)</span>" as Markup)</li>

      """
    }
    return "<ul class=\"tiles\">\n\(items)</ul>\n"
  }
}
