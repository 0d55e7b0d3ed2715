// One statement of a script, with the words by which its kind is recognized.

struct ScriptStatement {
  var text: [UInt8] = []
  /// The line on which it begins.
  var line = 1
  /// Its words outside quotation marks, in upper case, as many as are needed to know its kind.
  var words: [String] = []
  /// Whether rows follow it.
  var isCopyIn = false
  /// Whether it has the word ON, at any position.
  var hasON = false
}
