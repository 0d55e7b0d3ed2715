// One statement of a script, with the words by which its kind is recognized.

struct ScriptStatement {
  var text: [UInt8] = []
  /// The line on which it begins.
  var line = 1
  /// Its words outside of quotation marks, in upper case, as far as they tell what kind of statement it is.
  var words: [String] = []
  /// Rows follow it.
  var isCopyIn = false
  /// Whether the word is somewhere in it, however far from the beginning.
  var hasON = false
}
