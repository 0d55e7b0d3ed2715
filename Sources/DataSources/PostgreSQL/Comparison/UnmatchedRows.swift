// Rows of one side that have not turned up on the other, by the hash of their key. A row that turns up is removed, so memory
// grows with the differences and not with the tables. It uses open addressing with linear probing; an entry takes 32 bytes,
// and the caller bounds the number of entries.

struct UnmatchedRows {
  private struct Slot {
    var key: UInt64 = 0
    /// The hash of the whole row.
    var row: UInt64 = 0
    var place = Self.none
    /// The number of identical rows: without a primary key there may be many.
    var copies = 0

    /// Marks a free slot: no place has all bits set.
    static let none = UInt64.max
    var isFree: Bool { place == Self.none }
  }

  enum Outcome {
    /// The other side had the same row.
    case matched
    /// The other side had another row with the same key, there.
    case changed(RowPlace)
    case waiting
  }

  private var slots = [Slot](repeating: Slot(), count: 1 << 10)
  private(set) var count = 0

  private func home(_ key: UInt64) -> Int { Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) }

  /// - Parameters:
  ///   - key: the hash of the row's key.
  ///   - row: the hash of the whole row.
  mutating func add(key: UInt64, row: UInt64, at place: RowPlace) -> Outcome {
    let mask = slots.count - 1
    var index = home(key) & mask
    var partner: Int?
    while !slots[index].isFree {
      if slots[index].key == key {
        let isOther = RowPlace(bits: slots[index].place).side != place.side
        if slots[index].row == row {
          if isOther { takeCopy(at: index) } else { slots[index].copies += 1 }
          return isOther ? .matched : .waiting
        }
        if isOther { partner = partner ?? index }
      }
      index = (index + 1) & mask
    }
    if let partner {
      let other = RowPlace(bits: slots[partner].place)
      takeCopy(at: partner)
      return .changed(other)
    }
    slots[index] = Slot(key: key, row: row, place: place.bits, copies: 1)
    count += 1
    if count * 4 > slots.count * 3 { grow() }
    return .waiting
  }

  private mutating func takeCopy(at index: Int) {
    slots[index].copies -= 1
    if slots[index].copies == 0 { remove(at: index) }
  }

  /// Moves the following entries back, so that none is cut off from its slot.
  private mutating func remove(at index: Int) {
    let mask = slots.count - 1
    var (hole, next) = (index, index)
    while true {
      next = (next + 1) & mask
      if slots[next].isFree { break }
      let distance = (next - home(slots[next].key) & mask) & mask
      if distance >= (next - hole) & mask {
        slots[hole] = slots[next]
        hole = next
      }
    }
    slots[hole] = Slot()
    count -= 1
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: old.count * 2)
    let mask = slots.count - 1
    for slot in old where !slot.isFree {
      var index = home(slot.key) & mask
      while !slots[index].isFree { index = (index + 1) & mask }
      slots[index] = slot
    }
  }

  /// The places of different rows, in order, and how often each row occurs.
  func rows(of side: RowSide) -> [(place: RowPlace, copies: Int)] {
    slots.lazy.filter { !$0.isFree }.map { (place: RowPlace(bits: $0.place), copies: $0.copies) }
      .filter { $0.place.side == side }.sorted { $0.place < $1.place }
  }
}
