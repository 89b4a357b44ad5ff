namespace Reeve.Flexera.Terms;

/// <summary>A term has no value; ends its evaluation from within and never leaves the room.</summary>
internal sealed class TermFault(string message) : Exception(message);
