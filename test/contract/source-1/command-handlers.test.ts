import {
  courseCreateHandler,
  type CourseCreatePayload,
} from "../../../src/index.ts";

describe("courseCreateHandler", () => {
  it("should create course with valid input", async () => {
    const ctx = {
      actor: {
        id: "instructor-1",
        roles: ["instructor"],
        orgId: "org-1",
        type: "human",
      },
      org: { id: "org-1", slug: "test-org", settings: {} },
      correlationId: "corr-1",
      emit: vi.fn(),
      query: vi.fn(),
    };

    const command = {
      type: "lms.course.create",
      payload: {
        title: "Test Course",
        slug: "test-course",
        description: "A test course",
        type: "self-paced",
        level: "beginner",
        price: { amount: 1000, currency: "USD" },
        currency: "USD",
      },
      actorId: "instructor-1",
      orgId: "org-1",
      correlationId: "corr-1",
    };

    const course = await courseCreateHandler(command, ctx as any);

    expect(course.title).toBe("Test Course");
    expect(course.status).toBe("draft");
    expect(ctx.emit).toHaveBeenCalledWith(
      expect.objectContaining({ type: "course.created" }),
    );
  });

  it("should reject unauthorized users", async () => {
    const ctx = {
      actor: {
        id: "user-1",
        roles: ["learner"],
        orgId: "org-1",
        type: "human",
      },
      org: { id: "org-1", slug: "test-org", settings: {} },
      correlationId: "corr-1",
      emit: vi.fn(),
      query: vi.fn(),
    };

    const command = {
      type: "lms.course.create",
      payload: {
        title: "Test",
        slug: "test",
        description: "Test",
        type: "self-paced",
        level: "beginner",
        price: { amount: 0, currency: "USD" },
        currency: "USD",
      },
      actorId: "user-1",
      orgId: "org-1",
      correlationId: "corr-1",
    };

    await expect(courseCreateHandler(command, ctx as any)).rejects.toThrow(
      "Permission denied",
    );
  });
});
