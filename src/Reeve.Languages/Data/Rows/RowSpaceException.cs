namespace Reeve.Languages.Data.Rows;

/// <summary>There is no room for rows: the temporary folder is full or cannot be used, or the bound on rows is reached.</summary>
/// <param name="message">What is missing, and what to do.</param>
public sealed class RowSpaceException(string message) : Exception(message);
