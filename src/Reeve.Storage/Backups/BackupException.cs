namespace Reeve.Storage.Backups;

/// <summary>A backup cannot be read, or not be put where it should go. The message is for people.</summary>
public sealed class BackupException(string message, Exception? cause = null) : Exception(message, cause);
