namespace Reeve.Languages.Data.Rows;

/// <summary>Some rows of a list, one a line: in memory, or in the file of the spool.</summary>
/// <param name="First">The number of its first row in the list.</param>
/// <param name="Rows">How many it has.</param>
/// <param name="Length">Its size, bytes.</param>
/// <param name="Bytes">The lines when they are in memory, or null.</param>
/// <param name="Offset">Where they begin in the file when they are not.</param>
internal sealed record RowChunk(int First, int Rows, int Length, byte[]? Bytes, long Offset);
