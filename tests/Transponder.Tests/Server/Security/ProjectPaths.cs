using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Transponder.Tests.Server.Security;

/// <summary>Finds every place in a request where a project can be named, by the request's schema.</summary>
internal sealed class ProjectPaths
{
    private const int MostOfOneType = 2;

    // Messages that name a project by a field of another name.
    private static readonly string[] Ids = ["flyteidl.admin.Project.id", "flyteidl.admin.ProjectGetRequest.id"];

    private readonly List<IReadOnlyList<FieldDescriptor>> found = [];

    private ProjectPaths() { }

    /// <summary>The paths, each from the request to the field that holds the project.</summary>
    public static IReadOnlyList<IReadOnlyList<FieldDescriptor>> Of(MessageDescriptor request)
    {
        var paths = new ProjectPaths();
        paths.Walk(request, [], []);
        return paths.found;
    }

    public static string Name(IEnumerable<FieldDescriptor> path) => string.Join('.', path.Select(field => field.Name));

    /// <summary>Sets the project at a path, and makes the messages on the way.</summary>
    public static void Set(IMessage request, IEnumerable<FieldDescriptor> path, string project)
    {
        var at = request;
        foreach (var field in path)
        {
            if (field.FieldType == FieldType.String)
                field.Accessor.SetValue(at, project);
            else if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(at);
                if (list.Count == 0)
                    list.Add(field.MessageType.Parser.ParseFrom([]));
                at = (IMessage)list[0]!;
            }
            else
            {
                if (field.Accessor.GetValue(at) is null)
                    field.Accessor.SetValue(at, field.MessageType.Parser.ParseFrom([]));
                at = (IMessage)field.Accessor.GetValue(at);
            }
        }
    }

    private void Walk(MessageDescriptor message, List<FieldDescriptor> path, List<MessageDescriptor> types)
    {
        if (types.Count(type => type == message) >= MostOfOneType || !Reaches(message, []))
            return;
        types = [.. types, message];
        foreach (var field in message.Fields.InFieldNumberOrder())
        {
            if (IsProject(field))
                found.Add([.. path, field]);
            else if (field.FieldType == FieldType.Message && !field.IsMap)
                Walk(field.MessageType, [.. path, field], types);
        }
    }

    private static bool IsProject(FieldDescriptor field) =>
        field is { FieldType: FieldType.String, IsRepeated: false } && (field.Name == "project" || Ids.Contains(field.FullName));

    private static bool Reaches(MessageDescriptor message, HashSet<MessageDescriptor> seen) =>
        seen.Add(message)
        && message
            .Fields.InDeclarationOrder()
            .Any(field => IsProject(field) || (field.FieldType == FieldType.Message && !field.IsMap && Reaches(field.MessageType, seen)));
}
