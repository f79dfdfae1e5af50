using Transponder.Core.Egress;
using Transponder.Integrations.Sinks.Files;
using Transponder.Notifiers.Outbound;
using Transponder.Server.Configuration;
using Transponder.Server.Configuration.Sections;

namespace Transponder.Server.Sinks;

/// <summary><c>type: file</c>: for development.</summary>
internal sealed class FileRegistration : ISinkRegistration
{
    public string Type => "file";

    public string Section => "file";

    public SinkOptions? Read(ConfigSection sink, OutboundPolicy outbound)
    {
        var section = sink.Section(Section);
        var defaults = new FileSinkOptions();
        sink.Section("eventsPublisher").Ignore("topicName");
        return new FileSinkChoice(
            new FileSinkOptions
            {
                Path = section.Text("path", defaults.Path),
                MaxBytes = ByteSize.Read(section, "maxSize", defaults.MaxBytes),
                MaxFiles = section.Number("maxFiles", defaults.MaxFiles, 1, 10_000),
                Fsync = section.Flag("fsync", defaults.Fsync),
            }
        );
    }
}

/// <summary>A sink of the type <c>file</c>.</summary>
/// <param name="File">The file's own options.</param>
internal sealed record FileSinkChoice(FileSinkOptions File) : SinkOptions
{
    internal override string Type => "file";

    internal override string Target => File.Path == FileSinkOptions.StandardOutput ? "standard output" : Path.GetFullPath(File.Path);

    internal override IReadOnlyList<SinkPeer> Peers => [];

    internal override IEventSink CreateSink(SinkEnvironment environment) => new FileSink(File);
}
